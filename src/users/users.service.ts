import { Inject, Injectable } from '@nestjs/common';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { Bulkheads } from '../common/bulkheads/bulkheads.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { messagesUnavailable } from '../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { Idempotency, type IdempotentRequest } from '../common/idempotency/idempotency.js';
import { IdempotencyRecordsRepository } from '../common/idempotency/idempotency-records.repository.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Client, Principal } from '../common/security/principal.js';
import { OneTimeCodesRepository } from '../one-time-codes/one-time-codes.repository.js';
import type { SessionResponse } from '../sessions/sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ADDRESS_KINDS } from './address-kinds.js';
import { AccountMessages } from './messages/account-messages.js';
import { KINDS } from './messages/message-kinds.js';
import { requireOtherAdmin } from './last-admin.js';
import { OutstandingCredentialsService } from './outstanding-credentials.service.js';
import { Passwords } from './passwords.js';
import { CurrentPasswordService } from './current-password.service.js';
import { activatingAddress, mayReset } from './set-aside.js';
import { SetAsideService } from './set-aside.service.js';
import type { User } from './user.entity.js';
import { type Profile, profileOf, requireName } from './user-patch.js';
import { UserResponse } from './user-response.dto.js';
import { type CreateUserBody, type DeleteUserBody, type ListUsersQuery } from './users.dto.js';
import { checkServiceAccount } from './service-account.js';
import { accountDisabled, serviceAccount } from './users.errors.js';
import { UsersRepository } from './users.repository.js';
import { requireHash, withVerifiedHash } from './verified-hash.js';

type NewUser = Pick<User, 'role' | 'status'> & Partial<Profile & Pick<User, 'kind'>>;

/** Reads, creates and deletes accounts. `UserUpdateService` and `PasswordChangeService` change them. */
@Injectable()
export class UsersService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersRepository,
    private readonly codes: OneTimeCodesRepository,
    private readonly passwords: Passwords,
    private readonly currentPassword: CurrentPasswordService,
    private readonly setAside: SetAsideService,
    private readonly outstanding: OutstandingCredentialsService,
    private readonly sessions: SessionsService,
    private readonly messages: AccountMessages,
    private readonly audit: AuditEventsRepository,
    private readonly idempotency: Idempotency,
    private readonly answers: IdempotencyRecordsRepository,
    private readonly bulkheads: Bulkheads,
  ) {}

  list(principal: Principal, query: ListUsersQuery): Promise<Page<UserResponse>> {
    return this.bulkheads.list(principal.userId, query, () =>
      this.users.list(query, (row) => UserResponse.ofRow(row, principal)),
    );
  }

  async get(principal: Principal, id: string): Promise<UserResponse> {
    return UserResponse.of(await this.users.read(id), principal);
  }

  async create(
    principal: Principal,
    body: CreateUserBody,
    request: IdempotentRequest | undefined,
  ): Promise<UserResponse> {
    const { password, kind, role, status } = body;
    if (role === 'admin') await this.sessions.requireRecent(principal);
    const user = {
      ...profileOf(body),
      kind: kind ?? 'person',
      role: role ?? 'user',
      status: status ?? 'active',
    } as const;
    checkServiceAccount(user, password);
    return this.insert(principal, 'user_created', user, password ?? undefined, request);
  }

  /** Creates an account without a principal. @param client undefined at the start of the server */
  async register(
    client: Client | undefined,
    user: NewUser,
    password: string,
  ): Promise<UserResponse> {
    return this.insert(client, 'register', user, password);
  }

  remove(principal: Principal, id: string, body: DeleteUserBody, ifMatch: IfMatch): Promise<void> {
    return withVerifiedHash((isRepeated) =>
      this.verifyAndRemove(principal, id, body, ifMatch, isRepeated),
    );
  }

  private async verifyAndRemove(
    principal: Principal,
    id: string,
    body: DeleteUserBody,
    ifMatch: IfMatch,
    isRepeated: boolean,
  ): Promise<void> {
    const isOwn = principal.userId === id;
    if (!isOwn) await this.sessions.requireRecent(principal);
    const verifiedHash = isOwn ? await this.reauthenticate(principal, body, isRepeated) : undefined;
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      await this.users.lockAdmins(manager);
      const user = await this.users.getLocked(manager, id);
      if (verifiedHash !== undefined) requireHash(user, verifiedHash);
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      await requireOtherAdmin(this.users, manager, user);
      await this.users.delete(manager, id);
      await this.codes.deleteOf(manager, id);
      await this.answers.forget(manager, id);
      await revoke({ kind: 'all_of_user', userId: id }, 'user_deleted');
      await this.messages.notify(manager, user, KINDS.accountDeleted);
      await this.audit.record(manager, principal, {
        action: 'user_deleted',
        subject: { type: 'user', id, version: user.version + 1 },
      });
    });
  }

  /** Sends the user a reset link, because an admin cannot set the password of an existing account. */
  async sendPasswordReset(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    await this.idempotency.once(request, async (manager) => {
      const user = await this.users.get(id, manager);
      if (user.kind === 'service') throw serviceAccount();
      if (user.status === 'disabled') throw accountDisabled();
      const address = ADDRESS_KINDS.filter((kind) => mayReset(user, kind, this.config))
        .map((kind) => user[kind])
        .find((candidate) => candidate !== null && this.messages.canReach(candidate));
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
    await this.users.read(id);
    return this.sessions.list(principal, id, page);
  }

  /** Revokes all sessions of a user. An admin also invalidates outstanding codes and tokens. */
  async revokeSessions(principal: Principal, id: string): Promise<void> {
    await this.sessions.revokingTransaction(async (manager, revoke) => {
      const user = await this.users.getLocked(manager, id);
      if (principal.userId !== id)
        await this.outstanding.invalidateAndRecord(manager, principal, user);
      const sessions = await revoke({ kind: 'all_of_user', userId: id }, 'session_ended');
      await this.audit.record(manager, principal, {
        action: 'session_ended',
        subject: { type: 'user', id },
        details: { sessions },
      });
    });
  }

  /**
   * Asks for the password or a recent session, because a stolen access token must not be enough to
   * delete the account.
   *
   * @returns the hash of the password; undefined without a password
   * @throws AppError 403 for a wrong password, 401 for a session that is not recent
   */
  private async reauthenticate(
    principal: Principal,
    { current_password: password }: DeleteUserBody,
    isRepeated: boolean,
  ): Promise<string | undefined> {
    if (typeof password === 'string') {
      const user = await this.users.get(principal.userId);
      return this.currentPassword.verify(principal, user, password, isRepeated);
    }
    await this.sessions.requireRecent(principal);
    return undefined;
  }

  private async insert(
    actor: Client | Principal | undefined,
    action: 'register' | 'user_created',
    user: NewUser,
    password: string | undefined,
    request?: IdempotentRequest,
  ): Promise<UserResponse> {
    const profile = profileOf(user);
    requireName(profile, user.kind);
    if (password !== undefined) this.passwords.check(password, '/password', profile);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.idempotency.once(request, async (manager) => {
      const isPending = user.status === 'pending';
      const stored = isPending
        ? await this.setAside.setAsideOtherAddress(manager, profile)
        : profile;
      const address = isPending ? activatingAddress(profile, this.config) : null;
      // Without a way to get the code, the account waits for an admin.
      const expiresUnlessActivated = address !== null && this.messages.canReach(address);
      const values = { ...user, ...stored, passwordHash };
      const created = await this.users.insert(manager, values, { expiresUnlessActivated });
      await this.audit.record(manager, actor, {
        action,
        subject: { type: 'user', id: created.id, version: created.version },
        details: {
          role: created.role,
          status: created.status,
          ...(created.kind === 'service' && { kind: created.kind }),
        },
      });
      if (expiresUnlessActivated) {
        await this.messages.sendActivationCode(manager, address);
      }
      return UserResponse.ofOwn(created);
    });
  }
}
