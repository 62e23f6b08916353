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
import { UsersRepository } from '../users/users.repository.js';
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

const NO_FACTOR = { reason: 'second_factor_missing' };

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
    const names = namesOf(body);
    const user = await this.findAccount(names);
    // Counted under the first name, even if the account has the second. Otherwise the count would reveal it.
    const attempt = await this.attempts.begin(names[0], user, client.ip);
    const isPasswordRight = await this.verifyPassword(user, body.password, attempt);
    if (!user || !isPasswordRight || user.status !== 'active') {
      await transaction(this.dataSource, async (manager) => {
        if (isPasswordRight) await this.attempts.clear(manager, attempt);
        await this.recordFailure(manager, client, user);
      });
      throw user && isPasswordRight ? accountNotActive() : invalidCredentials();
    }
    const opened = await this.openOrWithdraw(client, user, attempt, body);
    if (!('rehashed' in opened)) return opened;
    // Verifies the password outside of the lock, because Argon2 takes long.
    if (!(await this.verifyPassword(opened.rehashed, body.password, attempt)))
      throw invalidCredentials();
    const retried = await this.openOrWithdraw(client, opened.rehashed, attempt, body);
    if ('rehashed' in retried) throw invalidCredentials();
    return retried;
  }

  refresh(client: Client, token: RefreshTokenHolder): Promise<TokenPair> {
    return this.sessions.refresh(token, client);
  }

  logOut(client: Client, held: TokenHolder, scope: LogoutScope = 'session'): Promise<void> {
    return this.sessions.logOut(held, scope, client);
  }

  /**
   * Calls {@link openSession}. Only wrong credentials count as a failed attempt: any other error takes
   * the attempt back. It does so after the transaction, which would wait for a second connection.
   */
  private async openOrWithdraw(
    client: Client,
    verified: User,
    attempt: CountedAttempt | undefined,
    body: LoginBody,
  ): Promise<TokenPair | { rehashed: User }> {
    try {
      return await this.openSession(client, verified, attempt, body);
    } catch (error) {
      const { manager } = this.dataSource;
      const code = error instanceof AppError ? error.code : undefined;
      if (code !== 'invalid_credentials') await this.attempts.withdraw(attempt);
      // Audited although the client may only ask for the code next: the password may be stolen.
      if (code === 'mfa_required') await this.recordFailure(manager, client, verified, NO_FACTOR);
      throw error;
    }
  }

  /**
   * Opens the session under the lock of the user's row, if the row has not changed since the password
   * was verified. Otherwise this log-in would survive a password change, a demotion or a deletion that
   * was committed in between.
   *
   * @returns the account when only its hash has changed: a concurrent log-in may have replaced the
   *   hash by another one of the same password
   */
  private async openSession(
    client: Client,
    verified: User,
    attempt: CountedAttempt | undefined,
    body: LoginBody,
  ): Promise<TokenPair | { rehashed: User }> {
    const newHash = await this.hashIfOutdated(verified, body.password);
    const opened = await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.lock(manager, verified.id);
      if (user?.role !== verified.role || user.status !== verified.status) {
        throw invalidCredentials();
      }
      if (user.passwordHash !== verified.passwordHash) return { rehashed: user };
      if (!(await this.isSecondFactorRight(manager, client, user, factorOf(body))))
        return undefined;
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
   * Checks the second factor. An account without one passes. A wrong code counts as a failed log-in.
   *
   * @throws AppError 403 when the code is missing, 429 during a wait
   */
  private async isSecondFactorRight(
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
   * Finds the account by the first name, or else by the second. A mobile number that was never confirmed
   * does not take precedence over a username. Both names are always looked up. Otherwise the response
   * time would reveal which of them exists.
   */
  private async findAccount([name, other]: LoginNames): Promise<User | undefined> {
    const user = await this.users.findByName(name);
    const otherUser = other && (await this.users.findByName(other));
    const isTaken = user !== undefined && user.status !== 'pending';
    return isTaken ? user : (otherUser ?? user);
  }

  private async verifyPassword(
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

  /** Hashes the password again when the stored hash has outdated parameters. */
  private async hashIfOutdated(
    { passwordHash }: User,
    password: string,
  ): Promise<string | undefined> {
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

/** The second factor in a body; undefined without one. `LoginBody` refuses two of them. */
export function factorOf({
  otp,
  recovery_code: recoveryCode,
}: Pick<LoginBody, 'otp' | 'recovery_code'>): GivenFactor | undefined {
  if (typeof otp === 'string') return { otp };
  return typeof recoveryCode === 'string' ? { recoveryCode } : undefined;
}
