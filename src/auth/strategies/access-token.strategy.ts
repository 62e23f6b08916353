import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { DatabaseClock } from '../../common/database/database-clock.js';
import { clientOf, type Principal } from '../../common/security/principal.js';
import { bearerToken } from '../bearer.js';
import { Revocations } from '../../sessions/revocation/revocations.js';
import { type AccessClaims, Tokens } from '../../sessions/tokens.js';
import { jwtOptions } from './jwt-options.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Turns a genuine access token of an active session into a {@link Principal}. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  private readonly verified: VerifiedTokens;

  constructor(
    tokens: Tokens,
    private readonly revocations: Revocations,
    clock: DatabaseClock,
  ) {
    super(jwtOptions(tokens, 'access', bearerToken));
    this.verified = new VerifiedTokens(clock);
  }

  /** Skips passport for a token that it verified before. @returns undefined for any other token */
  recall(request: FastifyRequest): Promise<Principal | false> | undefined {
    const claims = this.verified.get(bearerToken(request) ?? '');
    return claims && this.principalOf(request, claims);
  }

  /** Called by `passport-jwt` when the token is genuine. */
  async validate(request: FastifyRequest, claims: AccessClaims): Promise<Principal | false> {
    this.verified.add(bearerToken(request) ?? '', claims);
    return this.principalOf(request, claims);
  }

  private async principalOf(
    request: FastifyRequest,
    claims: AccessClaims,
  ): Promise<Principal | false> {
    if (!(await this.revocations.isActive(claims.sid))) return false;
    return {
      ...clientOf(request),
      userId: claims.sub,
      sessionId: claims.sid,
      role: claims.role,
      expiresAt: claims.exp * 1_000,
    };
  }
}
