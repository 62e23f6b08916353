import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { DatabaseClock } from '../common/database/database-clock.js';
import { transaction } from '../common/database/transaction.js';
import { notFound } from '../common/errors/errors.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Principal } from '../common/security/principal.js';
import { ApiKeysRepository } from '../sessions/api-keys/api-keys.repository.js';
import { Revocations } from '../sessions/revocation/revocations.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersRepository } from '../users/users.repository.js';
import type { ApiKeyResponse, CreateApiKeyBody, CreatedApiKeyResponse } from './api-keys.dto.js';
import { ApiKeyIssuer, requireService } from './api-key-issuer.js';
import { expiryOutOfRange } from './api-keys.errors.js';

/** Milliseconds. */
const LONGEST_LIFE = 400 * 24 * 60 * 60_000;

/** API keys of service accounts, as admins manage them. */
@Injectable()
export class ApiKeysService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
    private readonly keys: ApiKeysRepository,
    private readonly issuer: ApiKeyIssuer,
    private readonly sessions: SessionsService,
    private readonly revocations: Revocations,
    private readonly audit: AuditEventsRepository,
    private readonly clock: DatabaseClock,
  ) {}

  async create(
    principal: Principal,
    userId: string,
    body: CreateApiKeyBody,
  ): Promise<CreatedApiKeyResponse> {
    const { name, scopes, expires_at: expiry } = body;
    const expiresAt = expiry ?? undefined;
    this.checkExpiry(expiresAt);
    return transaction(this.dataSource, (manager) =>
      this.issuer.issue(manager, principal, userId, { name, scopes, expiresAt }),
    );
  }

  async list(userId: string, page: PageQuery): Promise<Page<ApiKeyResponse>> {
    requireService(await this.users.read(userId));
    return this.keys.list(userId, page);
  }

  /** @throws AppError 404 when the account has no such active key */
  async revoke(principal: Principal, userId: string, keyId: string): Promise<void> {
    const isFound = await this.sessions.revokingTransaction(async (manager, revoke) => {
      requireService(await this.users.getLocked(manager, userId));
      const selector = { kind: 'session_of_user', sessionId: keyId, userId } as const;
      if ((await revoke(selector, 'key_revoked')) === 0) return false;
      await this.audit.record(manager, principal, {
        action: 'key_revoked',
        subject: { type: 'user', id: userId },
        details: { key_id: keyId },
      });
      return true;
    });
    if (isFound) return;
    await this.revocations.publishFound(keyId);
    throw notFound('key');
  }

  private checkExpiry(expiresAt: string | undefined): void {
    if (expiresAt === undefined) return;
    const life = Date.parse(expiresAt) - this.clock.now();
    if (life <= 0 || life > LONGEST_LIFE) throw expiryOutOfRange();
  }
}
