import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidToken } from '../../common/errors/errors.js';
import { type Authenticated, clientOf, type Principal } from '../../common/security/principal.js';
import { looksLikeApiKey } from '../../sessions/api-keys/api-key.js';
import { KeyUses } from '../../sessions/api-keys/key-uses.js';
import { KnownKeys } from '../../sessions/api-keys/known-keys.js';
import { Revocations } from '../../sessions/revocation/revocations.js';
import { bearerToken } from '../bearer.js';

/** Whether the token in the Authorization header looks like an API key. */
export function sendsApiKey(request: FastifyRequest): boolean {
  return looksLikeApiKey(bearerToken(request) ?? '');
}

/**
 * Requires an active API key, as Bearer. It looks up the claims of the key and then checks the key like
 * the session of an access token. It is no passport strategy, because passport would only call this
 * code.
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
