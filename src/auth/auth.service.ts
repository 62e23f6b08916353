import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { transaction } from '../common/database/transaction.js';
import { AppError } from '../common/errors/app-error.js';
import type { Client, TokenHolder } from '../common/security/principal.js';
import { FactorCheckService, type GivenFactor } from '../mfa/factor-check.service.js';
import { mfaRequired } from '../mfa/mfa.errors.js';
import { Passwords } from '../users/passwords.js';
import type { User } from '../users/user.entity.js';
import { type LoginName, UsersRepository } from '../users/users.repository.js';
import type { LoginBody } from './auth.dto.js';
import { accountNotActive, invalidCredentials } from './auth.errors.js';
import {
  type CountedAttempt,
  LoginAttemptsService,
} from './login-attempts/login-attempts.service.js';
import { type LoginNames, namesOf } from './login-names.js';
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
    private readonly factors: FactorCheckService,
    private readonly audit: AuditEventsRepository,
  ) {}

  async logIn(client: Client, body: LoginBody): Promise<TokenPair> {
    const { name, user } = await this.find(namesOf(body));
    const attempt = await this.attempts.begin(name, user, client.ip);
    const isRight = await this.verify(user, body.password, attempt);
    if (!user || !isRight || user.status !== 'active') {
      await transaction(this.dataSource, async (manager) => {
        if (isRight) await this.attempts.clear(manager, attempt);
        await this.recordFailure(manager, client, user);
      });
      throw user && isRight ? accountNotActive() : invalidCredentials();
    }
    const opened = await this.tryToOpen(client, user, attempt, body);
    if (!('renewed' in opened)) return opened;
    // Verified again before the row is locked again: a hash takes long.
    if (!(await this.verify(opened.renewed, body.password, attempt))) throw invalidCredentials();
    const again = await this.tryToOpen(client, opened.renewed, attempt, body);
    if ('renewed' in again) throw invalidCredentials();
    return again;
  }

  refresh(client: Client, token: RefreshTokenHolder): Promise<TokenPair> {
    return this.sessions.refresh(token, client);
  }

  logOut(client: Client, held: TokenHolder, scope: LogoutScope = 'session'): Promise<void> {
    return this.sessions.logOut(held, scope, client);
  }

  /**
   * As {@link openSession}. A log-in that was not judged is not counted: it could not be a guess. The
   * count is corrected after the transaction, which would wait for a second connection.
   */
  private async tryToOpen(
    client: Client,
    verified: User,
    attempt: CountedAttempt | undefined,
    body: LoginBody,
  ): Promise<TokenPair | { renewed: User }> {
    try {
      return await this.openSession(client, verified, attempt, body);
    } catch (error) {
      const isJudged = error instanceof AppError && error.code === 'invalid_credentials';
      if (!isJudged) await this.attempts.withdraw(attempt);
      throw error;
    }
  }

  /**
   * Opens the session under the lock of the user's row, and only when the row is still what was
   * verified. Otherwise this log-in would survive a password change, a demotion or a deletion that
   * came in between.
   *
   * @returns the account when only its hash is another one: a log-in at the same time may have
   * renewed it, which makes it another one of the same password
   */
  private async openSession(
    client: Client,
    verified: User,
    attempt: CountedAttempt | undefined,
    body: LoginBody,
  ): Promise<TokenPair | { renewed: User }> {
    const newHash = await this.rehash(verified, body.password);
    const opened = await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lock(manager, verified.id);
      if (user?.role !== verified.role || user.status !== verified.status) {
        throw invalidCredentials();
      }
      if (user.passwordHash !== verified.passwordHash) return { renewed: user };
      if (!(await this.isFactorRight(manager, client, user, factorOf(body)))) return undefined;
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
    if (!opened) throw invalidCredentials();
    return opened;
  }

  /**
   * Whether the account needs no second factor, or it was right. A wrong one stays counted as a
   * failed log-in.
   *
   * @throws AppError 403 when it is missing, 429 during a wait
   */
  private async isFactorRight(
    manager: EntityManager,
    client: Client,
    user: User,
    given: GivenFactor | undefined,
  ): Promise<boolean> {
    if (user.mfaEnabledAt === null) return true;
    if (!given) throw mfaRequired();
    if ((await this.factors.check(manager, client, user, given)) === 'right') return true;
    await this.recordFailure(manager, client, user, { reason: 'second_factor' });
    return false;
  }

  /**
   * The account with the first of two names, or else with the second. A number that was never confirmed
   * hides no username. Looks both up in any case: the time of the answer must not tell which exists.
   */
  private async find([name, other]: LoginNames): Promise<{ name: LoginName; user?: User }> {
    const user = await this.users.findByName(name);
    const otherUser = other && (await this.users.findByName(other));
    const isTaken = user !== undefined && user.status !== 'pending';
    return !isTaken && otherUser ? { name: other, user: otherUser } : { name, user };
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

  /** Renews a hash with outdated parameters: only a log-in knows the password to make it from. */
  private async rehash({ passwordHash }: User, password: string): Promise<string | undefined> {
    if (passwordHash === null || !this.passwords.isOutdated(passwordHash)) return undefined;
    return this.passwords.hash(password);
  }

  private async recordFailure(
    manager: EntityManager,
    client: Client,
    user: User | undefined,
    details?: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(manager, client, {
      action: 'login_failed',
      outcome: 'failure',
      subject: user ? { type: 'user', id: user.id } : undefined,
      details,
    });
  }
}

/** Undefined when none was sent; `LoginBody` refuses both. */
export function factorOf({
  otp,
  recovery_code: recoveryCode,
}: Pick<LoginBody, 'otp' | 'recovery_code'>): GivenFactor | undefined {
  if (typeof otp === 'string') return { otp };
  return typeof recoveryCode === 'string' ? { recoveryCode } : undefined;
}
