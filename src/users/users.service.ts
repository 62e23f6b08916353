import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type EndSessions, SessionsService } from '../auth/sessions/sessions.service.js';
import type { SessionResponse } from '../auth/sessions/sessions.dto.js';
import { Audit } from '../common/audit/audit.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { translateConstraints } from '../common/database/errors.js';
import { forbidden, notFound } from '../common/errors/errors.js';
import { Idempotency, type IdempotentRequest } from '../common/http/idempotency.js';
import type { Page, PageQuery } from '../common/http/pagination.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import type { Client, Principal } from '../common/security/principal.js';
import { Passwords } from './passwords.js';
import { User } from './user.entity.js';
import type {
  ChangePasswordBody,
  CreateUserBody,
  ListUsersQuery,
  UpdateUserBody,
  UserResponse,
} from './users.dto.js';
import {
  lastAdmin,
  nameMissing,
  passwordIncorrect,
  roleNotPermitted,
  userConflicts,
} from './users.errors.js';
import { toUserResponse, UsersQueries } from './users.queries.js';

/** Held while an admin may cease to be one, so that two of the last cannot go at once. */
const ADMINS_LOCK = 0x61646d696e;

type NewUser = Pick<User, 'role'> & Partial<Omit<User, 'id' | 'passwordHash' | 'version'>>;
/** What a PUT or PATCH may change. */
type Changes = Partial<
  Pick<User, 'username' | 'email' | 'mobile' | 'name' | 'gender' | 'role' | 'status'>
>;

@Injectable()
export class UsersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: UsersQueries,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly audit: Audit,
    private readonly idempotency: Idempotency,
  ) {}

  list(query: ListUsersQuery): Promise<Page<UserResponse>> {
    return this.queries.list(query);
  }

  async get(id: string): Promise<UserResponse> {
    return toUserResponse(await this.find(this.dataSource.manager, id));
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

  /** @param body PUT: a missing field is cleared, but for role and status, which then stay */
  async replace(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    return this.update(
      principal,
      id,
      { ...profileOf(body), ...givenOf(body, STANDING) },
      body,
      ifMatch,
    );
  }

  /** @param body PATCH: a missing field stays as it is, null clears it */
  async modify(
    principal: Principal,
    id: string,
    body: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    const changes = { ...givenOf(body, PROFILE, true), ...givenOf(body, STANDING) };
    return this.update(principal, id, changes, body, ifMatch);
  }

  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    await this.sessions.endingTransaction(async (manager, endSessions) => {
      await lockAdmins(manager);
      const user = await this.find(manager, id, true);
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      await this.keepAnAdmin(manager, user);
      await manager.delete(User, id);
      await endSessions({ userId: id }, 'user_deleted');
      await this.audit.record(manager, principal, {
        action: 'user_deleted',
        subject: { type: 'user', id },
      });
    });
  }

  async changePassword(principal: Principal, id: string, body: ChangePasswordBody): Promise<void> {
    const user = await this.find(this.dataSource.manager, id);
    this.passwords.check(body.new_password, '/new_password', [
      user.username,
      user.email,
      user.name,
    ]);
    const isRight = await this.passwords.verify(user.passwordHash, body.old_password);
    if (!isRight) throw passwordIncorrect();
    const passwordHash = await this.passwords.hash(body.new_password);
    await this.sessions.endingTransaction(async (manager, endSessions) => {
      const locked = await this.find(manager, id, true);
      if (locked.passwordHash !== user.passwordHash) throw passwordIncorrect();
      await manager.update(User, id, { passwordHash });
      await endSessions({ userId: id, exceptSessionId: principal.sessionId }, 'password_changed');
      await this.audit.record(manager, principal, {
        action: 'password_changed',
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
    if (!user.username && !user.email) throw nameMissing();
    if (password !== undefined) {
      this.passwords.check(password, '/password', [user.username, user.email, user.name]);
    }
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.idempotency.once(request, async (manager) => {
      const entity = manager.create(User, { ...user, passwordHash });
      await translateConstraints(userConflicts, () => manager.insert(User, entity));
      await this.audit.record(manager, actor, {
        action,
        subject: { type: 'user', id: entity.id },
        details: { role: entity.role, status: entity.status },
      });
      return toUserResponse(entity);
    });
  }

  private async update(
    principal: Principal,
    id: string,
    changes: Changes,
    { current_password: currentPassword }: UpdateUserBody,
    ifMatch: IfMatch,
  ): Promise<UserResponse> {
    const verifiedHash = await this.verifyForOwnAddress(principal, id, changes, currentPassword);
    return this.sessions.endingTransaction(async (manager, endSessions) => {
      if (changes.role ?? changes.status) await lockAdmins(manager);
      const user = await this.find(manager, id, true);
      const changed = differing(user, changes);
      checkStanding(principal, changed);
      if (
        changesAddress(changed) &&
        principal.userId === id &&
        user.passwordHash !== verifiedHash
      ) {
        throw passwordIncorrect();
      }
      if (!(changes.username ?? user.username) && !(changes.email ?? user.email))
        throw nameMissing();
      checkIfMatch(ifMatch, user.version, this.config.requireIfMatch);
      if (Object.keys(changed).length === 0) return toUserResponse(user);
      return this.apply(manager, endSessions, principal, user, changed);
    });
  }

  private async apply(
    manager: EntityManager,
    endSessions: EndSessions,
    principal: Principal,
    user: User,
    changed: Changes,
  ): Promise<UserResponse> {
    const { role, status } = changed;
    if (role ?? status) await this.keepAnAdmin(manager, user, changed);
    await translateConstraints(userConflicts, () =>
      manager.update(User, user.id, {
        ...changed,
        version: user.version + 1,
        updatedAt: () => 'now()',
      }),
    );
    if (role) await endSessions({ userId: user.id }, 'role_changed');
    if (status) await endSessions({ userId: user.id }, 'status_changed');
    await this.recordUpdate(manager, principal, user, changed);
    return toUserResponse(await this.find(manager, user.id));
  }

  private async recordUpdate(
    manager: EntityManager,
    principal: Principal,
    user: User,
    { role, status, ...profile }: Changes,
  ): Promise<void> {
    const subject = { type: 'user', id: user.id } as const;
    if (role) {
      const details = { from: user.role, to: role };
      await this.audit.record(manager, principal, { action: 'role_changed', subject, details });
    }
    if (status) {
      const details = { from: user.status, to: status };
      await this.audit.record(manager, principal, { action: 'status_changed', subject, details });
    }
    const fields = Object.keys(profile);
    if (fields.length === 0) return;
    await this.audit.record(manager, principal, {
      action: 'user_updated',
      subject,
      details: { fields },
    });
  }

  /** Outside of the transaction, which must not hold locks while a password is hashed. */
  private async verifyForOwnAddress(
    principal: Principal,
    id: string,
    changes: Changes,
    password: string | null | undefined,
  ): Promise<string | null> {
    if (principal.userId !== id || typeof password !== 'string') return null;
    const user = await this.find(this.dataSource.manager, id);
    if (!changesAddress(differing(user, changes))) return null;
    return (await this.passwords.verify(user.passwordHash, password)) ? user.passwordHash : null;
  }

  private async keepAnAdmin(
    manager: EntityManager,
    user: User,
    { role = user.role, status = user.status }: Changes = { role: 'guest' },
  ): Promise<void> {
    const isAdmin = user.role === 'admin' && user.status === 'active';
    if (!isAdmin || (role === 'admin' && status === 'active')) return;
    const others = await manager.query<unknown[]>(
      `SELECT FROM users WHERE role = 'admin' AND status = 'active' AND id <> $1 LIMIT 1`,
      [user.id],
    );
    if (others.length === 0) throw lastAdmin();
  }

  private async find(manager: EntityManager, id: string, isLocked = false): Promise<User> {
    const user = await manager.findOne(User, {
      where: { id },
      ...(isLocked && { lock: { mode: 'for_no_key_update' } }),
    });
    if (!user) throw notFound('user');
    return user;
  }
}

const PROFILE = ['username', 'email', 'mobile', 'name', 'gender'] as const;
const STANDING = ['role', 'status'] as const;

function profileOf(body: UpdateUserBody | CreateUserBody): Pick<User, (typeof PROFILE)[number]> {
  return {
    username: body.username ?? null,
    email: body.email ?? null,
    mobile: body.mobile ?? null,
    name: body.name ?? null,
    gender: body.gender ?? null,
  };
}

/** The fields of a body that were sent; null counts only where it can be stored. */
function givenOf(
  body: UpdateUserBody,
  fields: readonly (keyof Changes)[],
  isNullable = false,
): Changes {
  const given = fields.filter((field) =>
    isNullable ? body[field] !== undefined : (body[field] ?? undefined) !== undefined,
  );
  return Object.fromEntries(given.map((field) => [field, body[field]]));
}

function differing(user: User, changes: Changes): Changes {
  const entries = Object.entries(changes) as [keyof Changes, never][];
  return Object.fromEntries(entries.filter(([field, value]) => user[field] !== value));
}

function changesAddress(changed: Changes): boolean {
  return 'email' in changed || 'mobile' in changed;
}

/** @throws AppError 403 when somebody but an admin changes a role or a status */
function checkStanding(principal: Principal, { role, status }: Changes): void {
  if (principal.role === 'admin') return;
  if (role) throw roleNotPermitted();
  if (status) throw forbidden('Only an admin may change the status.');
}

async function lockAdmins(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
}
