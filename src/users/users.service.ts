import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OneTimeCode } from '../one-time-codes/one-time-code.entity.js';
import type { SessionResponse } from '../sessions/sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { translateConstraints } from '../common/database/database-errors.js';
import { retryRead } from '../common/database/retry-read.js';
import { messagesUnavailable } from '../common/errors/errors.js';
import { Idempotency, type IdempotentRequest } from '../common/idempotency/idempotency.js';
import type { Page, PageQuery } from '../common/pagination/pagination.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import type { Client, Principal } from '../common/security/principal.js';
import { AccountMessages } from './messages/account-messages.js';
import { keepAnAdmin, lockAdmins } from './admins.js';
import { type Profile, profileOf, requireName } from './changes.js';
import { Passwords } from './passwords.js';
import { User } from './user.entity.js';
import type { CreateUserBody, ListUsersQuery, UserResponse } from './users.dto.js';
import { userConflicts } from './users.errors.js';
import { findUser, toUserResponse, UsersQueries } from './users.queries.js';

type NewUser = Pick<User, 'role' | 'status'> & Partial<Profile>;

/** Accounts as a whole; `UserChanges` and `OwnPassword` change them. */
@Injectable()
export class UsersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: UsersQueries,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  list(query: ListUsersQuery): Promise<Page<UserResponse>> {
    return this.queries.list(query);
  }

  async get(id: string): Promise<UserResponse> {
    return toUserResponse(await retryRead(() => findUser(this.dataSource.manager, id)));
  }

  async create(
    principal: Principal,
    body: CreateUserBody,
    request: IdempotentRequest | undefined,
  ): Promise<UserResponse> {
    const { password, role, status } = body;
    const user = { ...profileOf(body), role: role ?? 'user', status: status ?? 'active' } as const;
    return this.insert(principal, 'user_created', user, password ?? undefined, request);
  }

  /** An account that nobody who is logged in makes; no client is known at the start of the server. */
  async register(
    client: Client | undefined,
    user: NewUser,
    password: string,
  ): Promise<UserResponse> {
    return this.insert(client, 'register', user, password);
  }

  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    await this.sessions.endingTransaction(async (manager, endSessions) => {
      await lockAdmins(manager);
      const user = await findUser(manager, id, true);
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      await keepAnAdmin(manager, user);
      await manager.delete(User, id);
      await manager.delete(OneTimeCode, { userId: id });
      await endSessions({ userId: id }, 'user_deleted');
      await this.audit.record(manager, principal, {
        action: 'user_deleted',
        subject: { type: 'user', id },
      });
    });
  }

  /** Has the user sent what a new password is set with; nobody chooses one for somebody else. */
  async sendPasswordReset(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    await this.idempotency.once(request, async (manager) => {
      const { email, mobile } = await findUser(manager, id);
      const addresses = [email, mobile].filter((address) => address !== null);
      const address = addresses.find((candidate) => this.messages.canReach(candidate));
      if (!address) throw messagesUnavailable('The account has no address that can be reached.');
      await this.messages.sendResetLink(manager, address);
      await this.audit.record(manager, principal, {
        action: 'password_reset_requested',
        subject: { type: 'user', id },
      });
    });
  }

  async listSessions(
    principal: Principal,
    id: string,
    page: PageQuery,
  ): Promise<Page<SessionResponse>> {
    await this.get(id);
    return this.sessions.list(principal, id, page);
  }

  async endSessions(principal: Principal, id: string): Promise<void> {
    await this.get(id);
    await this.sessions.endAll(principal, id);
  }

  private async insert(
    actor: Client | Principal | undefined,
    action: 'register' | 'user_created',
    user: NewUser,
    password: string | undefined,
    request?: IdempotentRequest,
  ): Promise<UserResponse> {
    const profile = profileOf(user);
    requireName(profile);
    if (password !== undefined) {
      this.passwords.check(password, '/password', [user.username, user.email, user.name]);
    }
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.idempotency.once(request, async (manager) => {
      const entity = manager.create(User, { ...user, ...profile, passwordHash });
      await translateConstraints(userConflicts, () => manager.insert(User, entity));
      await this.audit.record(manager, actor, {
        action,
        subject: { type: 'user', id: entity.id },
        details: { role: entity.role, status: entity.status },
      });
      const { accountActivation: kind } = this.config;
      const address = kind === 'none' ? null : entity[kind];
      if (entity.status === 'pending' && address) {
        await this.messages.sendActivationCode(manager, address);
      }
      return toUserResponse(entity);
    });
  }
}
