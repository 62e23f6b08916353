import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import type { Client } from '../common/security/principal.js';
import { Passwords } from '../users/passwords.js';
import { User } from '../users/user.entity.js';
import type { UserResponse } from '../users/users.dto.js';
import { roleNotPermitted } from '../users/users.errors.js';
import { UsersQueries } from '../users/users.queries.js';
import { UsersService } from '../users/users.service.js';
import type { LoginBody, LogoutScope, RegisterBody } from './auth.dto.js';
import {
  accountNotActive,
  addressRequired,
  exactlyOneName,
  invalidCredentials,
  registrationClosed,
} from './auth.errors.js';
import { type LoginAttempt, LoginAttempts } from './login-attempts.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { RefreshClaims, TokenPair } from '../sessions/tokens.js';

@Injectable()
export class AuthService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersService,
    private readonly queries: UsersQueries,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttempts,
    private readonly audit: AuditEventsRepository,
  ) {}

  async register(client: Client, body: RegisterBody): Promise<UserResponse> {
    const { registration, registrationRole, accountActivation } = this.config;
    if (registration === 'closed') throw registrationClosed();
    if ((body.role ?? registrationRole) !== registrationRole) throw roleNotPermitted();
    const { username, email, mobile, name, gender, password } = body;
    const user = { username, email, mobile, name, gender, role: registrationRole };
    if (accountActivation === 'none') {
      return this.users.register(client, { ...user, status: 'active' }, password);
    }
    if (!user[accountActivation]) throw addressRequired(accountActivation);
    return this.users.register(client, { ...user, status: 'pending' }, password);
  }

  async logIn(client: Client, body: LoginBody): Promise<TokenPair> {
    const name = nameOf(body);
    const user = await this.queries.findByName(name);
    const attempt = await this.attempts.begin(name, user?.id, client.ip);
    const isRight = await this.verify(user, body.password, attempt);
    if (!user || !isRight || user.status !== 'active') {
      await this.dataSource.transaction(async (manager) => {
        if (isRight) await this.attempts.clear(manager, attempt);
        await this.recordFailure(manager, client, user);
      });
      throw user && isRight ? accountNotActive() : invalidCredentials();
    }
    return this.openSession(client, user, attempt, body.password);
  }

  refresh(client: Client, claims: RefreshClaims): Promise<TokenPair> {
    return this.sessions.refresh(claims, client);
  }

  logOut(
    client: Client,
    session: { userId: string; sessionId: string },
    scope: LogoutScope = 'session',
  ): Promise<void> {
    return this.sessions.logOut(session, scope, client);
  }

  /**
   * Under the lock of the user's row, and only when the row still is what was verified: a password
   * change, demotion or deletion that came in between must not be survived by this log-in.
   */
  private async openSession(
    client: Client,
    verified: User,
    attempt: LoginAttempt | undefined,
    password: string,
  ): Promise<TokenPair> {
    const newHash = await this.rehash(verified, password);
    return this.sessions.endingTransaction(async (manager, endSessions) => {
      const user = await manager.findOne(User, {
        where: { id: verified.id },
        lock: { mode: 'for_no_key_update' },
      });
      if (!user || !(await this.isAsVerified(user, verified, password))) throw invalidCredentials();
      if (newHash) await manager.update(User, user.id, { passwordHash: newHash });
      await this.attempts.clear(manager, attempt);
      await this.attempts.remember(manager, attempt, user.id);
      const { sessionId, tokens } = await this.sessions.open(manager, endSessions, user, client);
      await this.audit.record(manager, client, {
        action: 'login',
        actorId: user.id,
        subject: { type: 'session', id: sessionId },
      });
      return tokens;
    });
  }

  private async verify(
    user: User | null,
    password: string,
    attempt: LoginAttempt | undefined,
  ): Promise<boolean> {
    try {
      return await this.passwords.verify(user?.passwordHash ?? null, password);
    } catch (error) {
      await this.attempts.withdraw(attempt);
      throw error;
    }
  }

  /** A hash that another log-in at the same time has renewed is another hash of the same password. */
  private async isAsVerified(user: User, verified: User, password: string): Promise<boolean> {
    if (user.role !== verified.role || user.status !== verified.status) return false;
    if (user.passwordHash === verified.passwordHash) return true;
    return this.passwords.verify(user.passwordHash, password);
  }

  /** Only now is the password known that a hash with today's parameters can be made of. */
  private async rehash({ passwordHash }: User, password: string): Promise<string | undefined> {
    if (passwordHash === null || !this.passwords.isOutdated(passwordHash)) return undefined;
    return this.passwords.hash(password);
  }

  private async recordFailure(
    manager: EntityManager,
    client: Client,
    user: User | null,
  ): Promise<void> {
    await this.audit.record(manager, client, {
      action: 'login_failed',
      outcome: 'failure',
      subject: user ? { type: 'user', id: user.id } : undefined,
    });
  }
}

function nameOf({ username, email, mobile }: LoginBody) {
  const names = [username && { username }, email && { email }, mobile && { mobile }];
  const [name, ...others] = names.filter((candidate) => !!candidate);
  if (!name || others.length > 0) throw exactlyOneName();
  return name;
}
