import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { clientOf, type Principal } from '../../common/security/principal.js';
import { bearerToken } from '../bearer.js';
import { Revocations } from '../sessions/revocations.js';
import { type AccessClaims, Tokens } from '../sessions/tokens.js';
import { jwtOptions } from './jwt-options.js';

/** A live access token, as {@link Principal}. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy) {
  constructor(
    tokens: Tokens,
    private readonly revocations: Revocations,
  ) {
    super(jwtOptions(tokens, 'access', bearerToken));
  }

  async validate(request: FastifyRequest, claims: AccessClaims): Promise<Principal | false> {
    if (!(await this.revocations.isLive(claims.sid))) return false;
    return {
      ...clientOf(request),
      userId: claims.sub,
      sessionId: claims.sid,
      role: claims.role,
    };
  }
}
