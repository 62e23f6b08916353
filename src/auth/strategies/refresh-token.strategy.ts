import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { refreshToken } from '../bearer.js';
import { type RefreshClaims, type RefreshTokenHolder, Tokens } from '../../sessions/tokens.js';
import { jwtOptions } from './jwt-options.js';

/**
 * Turns a genuine refresh token into its holder. The statement that uses the token checks whether its
 * session is active and its generation is the newest. An earlier check could be outdated by then.
 */
@Injectable()
export class RefreshTokenStrategy extends PassportStrategy(Strategy, 'refresh-token') {
  constructor(tokens: Tokens) {
    super(jwtOptions(tokens, 'refresh', refreshToken));
  }

  validate(_request: FastifyRequest, { sub, sid, gen }: RefreshClaims): RefreshTokenHolder {
    return { userId: sub, sessionId: sid, generation: gen };
  }
}
