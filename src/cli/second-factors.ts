import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { AuditedStatement } from '../audit/audited-statement.js';
import type { Config } from '../common/config/config.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { Housekeeping } from '../common/database/housekeeping.js';
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
import { UNCONFIRMED_WAIT } from '../sessions/revocation/revocation-times.js';
import type { RevokedReason } from '../sessions/session.entity.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { AccountNotices } from '../users/messages/account-notices.js';
import { OutstandingCredentialsService } from '../users/outstanding-credentials.service.js';
import { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';

/** The details of the audit events of a command. */
export const BY_COMMAND = { by: 'command' };

/** The repositories and services for commands on second factors, without Nest. */
export class SecondFactors {
  readonly users: UsersRepository;
  readonly factors: SecondFactorsRepository;
  readonly changes: MfaChangesService;
  private readonly sessions: SessionsRepository;
  private readonly messenger: Messenger;

  private constructor(
    config: Config,
    readonly dataSource: DataSource,
  ) {
    const log = createLog({ logLevel: 'error' });
    const cursors = new Cursors(new KeyedHashes(config));
    const housekeeping = new Housekeeping(dataSource, log);
    this.messenger = new Messenger(config, log);
    this.users = new UsersRepository(dataSource, cursors);
    this.factors = new SecondFactorsRepository(dataSource, housekeeping);
    const audited = new AuditedStatement();
    this.sessions = new SessionsRepository(dataSource, config, cursors, audited, housekeeping);
    const audit = new AuditEventsRepository(dataSource, cursors);
    const codes = new OneTimeCodesRepository(dataSource);
    this.changes = new MfaChangesService(
      this.users,
      this.factors,
      new RecoveryCodesRepository(dataSource),
      new OutstandingCredentialsService(this.users, codes, audit),
      new AccountNotices(new Outbox(new OutboxMessagesRepository(dataSource)), this.messenger),
      audit,
    );
  }

  static async open(config: Config): Promise<SecondFactors> {
    const entities = [User, OneTimeCode, OutboxMessage, AuditEvent];
    const dataSource = new DataSource({ ...dataSourceOptions(config), entities });
    return new SecondFactors(config, await dataSource.initialize());
  }

  /** @throws Error when there is no such account, or when it is a service account */
  async find(name: LoginName): Promise<User> {
    const user = await this.users.findByName(name);
    if (!user) throw new Error('There is no such user.');
    if (user.kind === 'service') throw new Error('A service account has no second factor.');
    return user;
  }

  /**
   * Runs the change under the lock of the user's row and revokes all sessions of the user. When it
   * returns, every instance refuses the sessions, because it waits until all of them have read
   * PostgreSQL.
   */
  async change<T>(
    userId: string,
    reason: RevokedReason,
    work: (manager: EntityManager, user: User) => Promise<T>,
  ): Promise<T> {
    const result = await this.dataSource.transaction(async (manager) => {
      const outcome = await work(manager, await this.users.getLocked(manager, userId));
      await this.sessions.revoke(manager, { kind: 'all_of_user', userId }, reason);
      return outcome;
    });
    await sleep(UNCONFIRMED_WAIT);
    return result;
  }

  async close(): Promise<void> {
    await this.messenger.onApplicationShutdown();
    await this.dataSource.destroy();
  }
}
