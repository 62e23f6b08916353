import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../common/audit/audit.js';
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
  exactlyOneName,
  invalidCredentials,
  registrationClosed,
} from './auth.errors.js';
import { SessionsService } from './sessions/sessions.service.js';
import type { RefreshClaims, TokenPair } from './sessions/tokens.js';

@Injectable()
export class AuthService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersService,
    private readonly queries: UsersQueries,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly audit: Audit,
  ) {}

  async register(client: Client, body: RegisterBody): Promise<UserResponse> {
    const { registration, registrationRole } = this.config;
    if (registration === 'closed') throw registrationClosed();
    if ((body.role ?? registrationRole) !== registrationRole) throw roleNotPermitted();
    const { username, email, mobile, name, gender, password } = body;
    const user = { username, email, mobile, name, gender, role: registrationRole };
    return this.users.register(client, user, password);
  }

  async logIn(client: Client, body: LoginBody): Promise<TokenPair> {
    const user = await this.queries.findByName(nameOf(body));
    const isRight = await this.passwords.verify(user?.passwordHash ?? null, body.password);
    if (!user || !isRight || user.status !== 'active') {
      await this.recordFailure(this.dataSource.manager, client, user);
      throw user && isRight ? accountNotActive() : invalidCredentials();
    }
    return this.openSession(client, user);
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
  private async openSession(client: Client, verified: User): Promise<TokenPair> {
    return this.sessions.endingTransaction(async (manager, endSessions) => {
      const user = await manager.findOne(User, {
        where: { id: verified.id },
        lock: { mode: 'for_no_key_update' },
      });
      if (!user || !isSame(user, verified)) throw invalidCredentials();
      const { sessionId, tokens } = await this.sessions.open(manager, endSessions, user, client);
      await this.audit.record(manager, client, {
        action: 'login',
        actorId: user.id,
        subject: { type: 'session', id: sessionId },
      });
      return tokens;
    });
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

function isSame(user: User, verified: User): boolean {
  return (
    user.passwordHash === verified.passwordHash &&
    user.role === verified.role &&
    user.status === verified.status
  );
}
