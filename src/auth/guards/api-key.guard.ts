import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidToken } from '../../common/errors/errors.js';
import { type Authenticated, clientOf, type Principal } from '../../common/security/principal.js';
import { looksLikeApiKey } from '../../sessions/api-keys/api-key.js';
import { KeyUses } from '../../sessions/api-keys/key-uses.js';
import { KnownKeys } from '../../sessions/api-keys/known-keys.js';
import { Revocations } from '../../sessions/revocation/revocations.js';
import { bearerToken } from '../bearer.js';

/** Whether the Authorization header carries what claims to be an API key. */
export function sendsApiKey(request: FastifyRequest): boolean {
  return looksLikeApiKey(bearerToken(request) ?? '');
}

/**
 * An active API key, as Bearer. After the look-up of its claims, it is checked as the session of an
 * access token is. passport has no part in it: it would only call this code.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: KnownKeys,
    private readonly revocations: Revocations,
    private readonly uses: KeyUses,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<Authenticated<Principal>>();
    const claims = await this.keys.find(bearerToken(request) ?? '');
    if (!claims || !(await this.revocations.isActive(claims.keyId))) throw invalidToken();
    const { keyId, userId, role, scopes, expiresAt } = claims;
    this.uses.note(keyId);
    const account = { userId, sessionId: keyId, role, expiresAt };
    request.user = { ...clientOf(request), ...account, keyId, scopes };
    return true;
  }
}
