import { Inject, Injectable } from '@nestjs/common';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { Bulkheads } from '../common/bulkheads/bulkheads.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { messagesUnavailable } from '../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { Idempotency, type IdempotentRequest } from '../common/idempotency/idempotency.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Client, Principal } from '../common/security/principal.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import type { SessionResponse } from '../sessions/sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccountMessages } from './messages/account-messages.js';
import { keepAnAdmin } from './last-admin.js';
import { Passwords } from './passwords.js';
import type { User } from './user.entity.js';
import { type Profile, profileOf, requireName } from './user-patch.js';
import { type CreateUserBody, type ListUsersQuery, UserResponse } from './users.dto.js';
import { UsersRepository } from './users.repository.js';

type NewUser = Pick<User, 'role' | 'status'> & Partial<Profile>;

/** Accounts as a whole; `UserUpdateService` and `PasswordChangeService` change them. */
@Injectable()
export class UsersService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
    private readonly idempotency: Idempotency,
    private readonly bulkheads: Bulkheads,
  ) {}

  list(principal: Principal, query: ListUsersQuery): Promise<Page<UserResponse>> {
    return this.bulkheads.list(principal.userId, query, () => this.users.list(query));
  }

  async get(id: string): Promise<UserResponse> {
    return UserResponse.of(await this.users.read(id));
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

  /** Creates an account without a principal; at the start of the server there is no client either. */
  async register(
    client: Client | undefined,
    user: NewUser,
    password: string,
  ): Promise<UserResponse> {
    return this.insert(client, 'register', user, password);
  }

  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      await this.users.lockAdmins(manager);
      const user = await this.users.getLocked(manager, id);
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      await keepAnAdmin(this.users, manager, user);
      await this.users.delete(manager, id);
      await this.codes.deleteOf(manager, id);
      await revoke({ kind: 'all_of_user', userId: id }, 'user_deleted');
      await this.audit.record(manager, principal, {
        action: 'user_deleted',
        subject: { type: 'user', id },
      });
    });
  }

  /** Sends the user a reset link: an admin never chooses a password for an account that exists. */
  async sendPasswordReset(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    await this.idempotency.once(request, async (manager) => {
      const { email, mobile } = await this.users.get(id, manager);
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

  async revokeSessions(principal: Principal, id: string): Promise<void> {
    await this.get(id);
    await this.sessions.revokeAll(principal, id);
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
      const created = await this.users.insert(manager, { ...user, ...profile, passwordHash });
      await this.audit.record(manager, actor, {
        action,
        subject: { type: 'user', id: created.id },
        details: { role: created.role, status: created.status },
      });
      const { accountActivation: kind } = this.config;
      const address = kind === 'none' ? null : created[kind];
      if (created.status === 'pending' && address) {
        await this.messages.sendActivationCode(manager, address);
      }
      return UserResponse.of(created);
    });
  }
}
