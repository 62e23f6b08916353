import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { transaction } from '../common/database/transaction.js';
import type { Client, TokenHolder } from '../common/security/principal.js';
import { isPhone, normalizePhone } from '../common/validation/phone.js';
import { Passwords } from '../users/passwords.js';
import type { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';
import type { LoginBody } from './auth.dto.js';
import { accountNotActive, exactlyOneName, invalidCredentials } from './auth.errors.js';
import {
  type CountedAttempt,
  LoginAttemptsService,
} from './login-attempts/login-attempts.service.js';
import type { LogoutScope } from '../sessions/sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { RefreshTokenHolder, TokenPair } from '../sessions/tokens.js';

@Injectable()
export class AuthService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttemptsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  async logIn(client: Client, body: LoginBody): Promise<TokenPair> {
    const name = nameOf(body);
    const user = await this.users.findByName(name);
    const attempt = await this.attempts.begin(name, user?.id, client.ip);
    const isRight = await this.verify(user, body.password, attempt);
    if (!user || !isRight || user.status !== 'active') {
      await transaction(this.dataSource, async (manager) => {
        if (isRight) await this.attempts.clear(manager, attempt);
        await this.recordFailure(manager, client, user);
      });
      throw user && isRight ? accountNotActive() : invalidCredentials();
    }
    return this.openSession(client, user, attempt, body.password);
  }

  refresh(client: Client, token: RefreshTokenHolder): Promise<TokenPair> {
    return this.sessions.refresh(token, client);
  }

  logOut(client: Client, held: TokenHolder, scope: LogoutScope = 'session'): Promise<void> {
    return this.sessions.logOut(held, scope, client);
  }

  /**
   * Opens the session under the lock of the user's row, and only when the row is still what was
   * verified. Otherwise this log-in would survive a password change, a demotion or a deletion that
   * came in between.
   */
  private async openSession(
    client: Client,
    verified: User,
    attempt: CountedAttempt | undefined,
    password: string,
  ): Promise<TokenPair> {
    const newHash = await this.rehash(verified, password);
    return this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lock(manager, verified.id);
      if (!user || !(await this.isAsVerified(user, verified, password))) throw invalidCredentials();
      if (newHash) await this.users.setPasswordHash(manager, user.id, newHash);
      await this.attempts.clear(manager, attempt);
      await this.attempts.remember(manager, attempt, user.id);
      const { sessionId, tokens } = await this.sessions.open(manager, revoke, user, client);
      await this.audit.record(manager, client, {
        action: 'login',
        actorId: user.id,
        subject: { type: 'session', id: sessionId },
      });
      return tokens;
    });
  }

  private async verify(
    user: User | undefined,
    password: string,
    attempt: CountedAttempt | undefined,
  ): Promise<boolean> {
    try {
      return await this.passwords.verify(user?.passwordHash ?? null, password);
    } catch (error) {
      await this.attempts.withdraw(attempt);
      throw error;
    }
  }

  /** A log-in at the same time may have renewed the hash: then it is another one of the same password. */
  private async isAsVerified(user: User, verified: User, password: string): Promise<boolean> {
    if (user.role !== verified.role || user.status !== verified.status) return false;
    if (user.passwordHash === verified.passwordHash) return true;
    return this.passwords.verify(user.passwordHash, password);
  }

  /** Renews a hash with outdated parameters: only a log-in knows the password to make it from. */
  private async rehash({ passwordHash }: User, password: string): Promise<string | undefined> {
    if (passwordHash === null || !this.passwords.isOutdated(passwordHash)) return undefined;
    return this.passwords.hash(password);
  }

  private async recordFailure(
    manager: EntityManager,
    client: Client,
    user: User | undefined,
  ): Promise<void> {
    await this.audit.record(manager, client, {
      action: 'login_failed',
      outcome: 'failure',
      subject: user ? { type: 'user', id: user.id } : undefined,
    });
  }
}

function nameOf({ login, username, email, mobile }: LoginBody): LoginName {
  const names = [
    login && nameByForm(login),
    username && { username },
    email && { email },
    mobile && { mobile },
  ];
  const [name, ...others] = names.filter((candidate) => !!candidate);
  if (!name || others.length > 0) throw exactlyOneName();
  return name;
}

/** No username has an @, and a username that looks like a mobile number can be sent as `username`. */
function nameByForm(login: string): LoginName {
  if (login.includes('@')) return { email: login };
  const mobile = normalizePhone(login);
  return isPhone(mobile) ? { mobile } : { username: login };
}
