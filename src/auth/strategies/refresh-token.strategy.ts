import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { refreshToken } from '../bearer.js';
import { type RefreshClaims, Tokens } from '../../sessions/tokens.js';
import { jwtOptions } from './jwt-options.js';

/**
 * A genuine refresh token, as its claims. Whether its session lives and its generation is the
 * newest is for the statement that uses it to find: a check before could be out of date by then.
 */
@Injectable()
export class RefreshTokenStrategy extends PassportStrategy(Strategy) {
  constructor(tokens: Tokens) {
    super(jwtOptions(tokens, 'refresh', refreshToken));
  }

  validate(_request: FastifyRequest, claims: RefreshClaims): RefreshClaims {
    return claims;
  }
}
