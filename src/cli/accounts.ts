import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { AuditedStatement } from '../audit/audited-statement.js';
import type { Config } from '../common/config/config.js';
import { CaseFolding } from '../common/database/case-folding.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { createLog } from '../common/logging/log.js';
import { Messenger } from '../common/messages/messenger.js';
import { OutboxMessage } from '../common/messages/outbox-message.entity.js';
import { OutboxMessagesRepository } from '../common/messages/outbox-messages.repository.js';
import { Outbox } from '../common/messages/outbox.js';
import { Cursors } from '../common/pagination/cursors.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import { MfaChangesService } from '../mfa/mfa-changes.service.js';
import { RecoveryCodesRepository } from '../mfa/recovery-codes.repository.js';
import { SecondFactorsRepository } from '../mfa/second-factors.repository.js';
import { OneTimeCode } from '../one-time-codes/one-time-code.entity.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import { ResetTokens } from '../one-time-codes/reset-tokens.js';
import { ApiKeyIssuer } from '../service-accounts/api-key-issuer.js';
import { ApiKeysRepository } from '../sessions/api-keys/api-keys.repository.js';
import { UNCONFIRMED_WAIT } from '../sessions/revocation/revocation-times.js';
import type { RevokedReason } from '../sessions/session.entity.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { AccountNotices } from '../users/messages/account-notices.js';
import { OutstandingCredentialsService } from '../users/outstanding-credentials.service.js';
import { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';

/** The details of the audit events of a command. */
export const BY_COMMAND = { by: 'command' };

/** The repositories and services for commands on accounts, without Nest. */
export class Accounts {
  readonly users: UsersRepository;
  readonly factors: SecondFactorsRepository;
  readonly mfaChanges: MfaChangesService;
  readonly outstanding: OutstandingCredentialsService;
  readonly resetTokens: ResetTokens;
  readonly keyIssuer: ApiKeyIssuer;
  readonly audit: AuditEventsRepository;
  private readonly sessions: SessionsRepository;
  private readonly messenger: Messenger;

  private constructor(
    config: Config,
    readonly dataSource: DataSource,
  ) {
    const cursors = new Cursors(new KeyedHashes(config));
    const codes = new OneTimeCodesRepository(dataSource);
    const outbox = new Outbox(new OutboxMessagesRepository(dataSource));
    this.messenger = new Messenger(config, createLog({ logLevel: 'error' }));
    this.users = new UsersRepository(dataSource, cursors);
    this.factors = new SecondFactorsRepository(dataSource);
    this.sessions = new SessionsRepository(dataSource, config, cursors, new AuditedStatement());
    this.audit = new AuditEventsRepository(dataSource, cursors);
    this.resetTokens = new ResetTokens(codes, new CaseFolding(dataSource));
    const keys = new ApiKeysRepository(dataSource, cursors);
    this.keyIssuer = new ApiKeyIssuer(this.users, keys, this.audit);
    this.outstanding = new OutstandingCredentialsService(this.users, codes, this.audit, outbox);
    this.mfaChanges = new MfaChangesService(
      this.users,
      this.factors,
      new RecoveryCodesRepository(dataSource),
      this.outstanding,
      new AccountNotices(outbox, this.messenger),
      this.audit,
    );
  }

  /** Runs `work` with a connection to the database, which it closes afterwards. */
  static async use<T>(config: Config, work: (accounts: Accounts) => Promise<T>): Promise<T> {
    const entities = [User, OneTimeCode, OutboxMessage, AuditEvent];
    const dataSource = new DataSource({ ...dataSourceOptions(config), entities });
    const accounts = new Accounts(config, await dataSource.initialize());
    try {
      return await work(accounts);
    } finally {
      await accounts.close();
    }
  }

  /** @throws Error when there is no such account */
  async find(name: LoginName): Promise<User> {
    const user = await this.users.findByName(name);
    if (!user) throw new Error('There is no such user.');
    return user;
  }

  /** As {@link find}. @throws Error also when it is a service account */
  async findPerson(name: LoginName): Promise<User> {
    const user = await this.find(name);
    if (user.kind === 'service') throw new Error('A service account has no second factor.');
    return user;
  }

  /** Runs the change under the lock of the user's row. */
  changeLocked<T>(
    userId: string,
    work: (manager: EntityManager, user: User) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) =>
      work(manager, await this.users.getLocked(manager, userId)),
    );
  }

  /**
   * As {@link changeLocked}, and revokes all sessions of the user. When it returns, every instance refuses
   * the sessions, because it waits until all of them have read PostgreSQL.
   */
  async changeAndRevoke<T>(
    userId: string,
    reason: RevokedReason,
    work: (manager: EntityManager, user: User) => Promise<T>,
  ): Promise<T> {
    const result = await this.changeLocked(userId, async (manager, user) => {
      const outcome = await work(manager, user);
      await this.sessions.revoke(manager, { kind: 'all_of_user', userId }, reason);
      return outcome;
    });
    await sleep(UNCONFIRMED_WAIT);
    return result;
  }

  private async close(): Promise<void> {
    await this.messenger.onApplicationShutdown();
    await this.dataSource.destroy();
  }
}
