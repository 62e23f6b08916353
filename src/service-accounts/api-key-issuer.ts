import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { notFound } from '../common/errors/errors.js';
import type { Scope } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import { hashOf, newApiKey, prefixOf } from '../sessions/api-keys/api-key.js';
import { type ApiKeyRow, ApiKeysRepository } from '../sessions/api-keys/api-keys.repository.js';
import type { User } from '../users/user.entity.js';
import { accountDisabled } from '../users/users.errors.js';
import { UsersRepository } from '../users/users.repository.js';
import { keyLimit } from './api-keys.errors.js';

const MOST_KEYS = 10;

interface KeyRequest {
  name: string;
  scopes: readonly Scope[];
  /** In RFC 3339; undefined for the default. */
  expiresAt: string | undefined;
}

/** Creates API keys, for the route and for the command. */
@Injectable()
export class ApiKeyIssuer {
  constructor(
    private readonly users: UsersRepository,
    private readonly keys: ApiKeysRepository,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Creates a key under the lock of the account's row. Otherwise the key could survive a change of role
   * or status, or a deletion, that is committed at the same time.
   *
   * @param creator undefined for the command
   * @returns the key, which cannot be read again
   * @throws AppError 404 unless it is a service account, 409 when it is disabled or has too many keys
   */
  async issue(
    manager: EntityManager,
    creator: Principal | undefined,
    userId: string,
    { name, scopes, expiresAt }: KeyRequest,
  ): Promise<ApiKeyRow & { key: string }> {
    const account = requireService(await this.users.getLocked(manager, userId));
    if (account.status !== 'active') throw accountDisabled();
    if ((await this.keys.count(manager, userId)) >= MOST_KEYS) throw keyLimit();
    const key = newApiKey();
    const row = await this.keys.insert(manager, {
      userId,
      name,
      prefix: prefixOf(key),
      hash: hashOf(key),
      scopes,
      createdBy: creator?.userId ?? null,
      expiresAt,
    });
    await this.audit.record(manager, creator, {
      action: 'key_created',
      subject: { type: 'user', id: userId },
      details: {
        key_id: row.id,
        scopes,
        expires_at: row.expires_at,
        ...(!creator && { by: 'command' }),
      },
    });
    return { ...row, key };
  }
}

/** @throws AppError 404 for the account of a person, which has no keys */
export function requireService(user: User): User {
  if (user.kind !== 'service') throw notFound('service account');
  return user;
}
