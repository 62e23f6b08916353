import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { translateConstraints } from '../common/database/database-errors.js';
import { retryRead } from '../common/database/retry-read.js';
import { invalidToken, notFound } from '../common/errors/errors.js';
import { USER_COLUMNS, USER_SORT_KEYS, userConditions, type UserRow } from './users-list.js';
import { keysetPage } from '../common/pagination/keyset.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Page } from '../common/pagination/page.dto.js';
import { USER_LOCK } from '../sessions/lock-user.js';
import { clearExpiredSetAside, deleteNeverActivated } from './user-expiry.js';
import { User } from './user.entity.js';
import type { UserResponse } from './user-response.dto.js';
import type { ListUsersQuery } from './users.dto.js';
import { userConflicts } from './users.errors.js';

/** An address of an account. */
export type Address = { email: string } | { mobile: string };
export type LoginName = Address | { username: string };

/** Any number, the same in every instance: "admin" in ASCII. */
const ADMINS_LOCK = 0x61646d696e;

/** When a set-aside address expires, and when a pending account is deleted. */
const SET_ASIDE_END = `now() + interval '24 hours'`;
const ACTIVATION_END = `now() + interval '7 days'`;

/** Every statement on `users`. */
@Injectable()
export class UsersRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** @returns undefined when there is no such user */
  async find(id: string, manager = this.dataSource.manager): Promise<User | undefined> {
    return (await manager.findOneBy(User, { id })) ?? undefined;
  }

  /** @throws AppError 404 */
  async get(id: string, manager = this.dataSource.manager): Promise<User> {
    return orNotFound(await this.find(id, manager));
  }

  /** Finds the users that exist, in no order. */
  getMany(ids: readonly string[]): Promise<User[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return retryRead(() => this.dataSource.manager.findBy(User, { id: In([...ids]) }));
  }

  /** As {@link get}, outside of any transaction. It retries when the connection was lost. */
  read(id: string): Promise<User> {
    return retryRead(() => this.get(id));
  }

  /**
   * Locks the row until the transaction ends, as `lockUser` does, and reads it.
   *
   * @returns undefined when there is no such user
   */
  async lock(manager: EntityManager, id: string): Promise<User | undefined> {
    return (await manager.findOne(User, { where: { id }, lock: USER_LOCK })) ?? undefined;
  }

  /** @throws AppError 404 */
  async getLocked(manager: EntityManager, id: string): Promise<User> {
    return orNotFound(await this.lock(manager, id));
  }

  /**
   * As {@link lock}, for the account of the caller.
   *
   * @throws AppError 401 when the account was deleted since its token was checked
   */
  async lockOwn(manager: EntityManager, id: string): Promise<User> {
    const user = await this.lock(manager, id);
    if (!user) throw invalidToken();
    return user;
  }

  /**
   * Finds the account with this name in one statement. The status does not matter.
   *
   * @returns undefined when there is none
   */
  async findByName(name: LoginName, manager = this.dataSource.manager): Promise<User | undefined> {
    const users = manager.createQueryBuilder(User, 'u').where(conditionOf(name), name);
    return (await users.getOne()) ?? undefined;
  }

  /**
   * As {@link findByName}, but reads only the id. The response time then does not reveal whether there
   * is an account.
   */
  async findId(address: Address): Promise<string | undefined> {
    const [condition, value] =
      'email' in address
        ? ['lower(email) = lower($1)', address.email]
        : ['mobile = $1', address.mobile];
    const [row] = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM users WHERE ${condition}`,
      [value],
    );
    return row?.id;
  }

  /**
   * Finds the account that waits for a code at this address: a pending account, or else the account
   * that was changed last among those that have set the address aside.
   *
   * @returns undefined when there is none
   */
  async findAwaiting(address: Address): Promise<User | undefined> {
    const users = this.dataSource.manager.createQueryBuilder(User, 'u');
    const awaiting =
      'email' in address
        ? users.where(`u.status = 'pending' AND lower(u.email) = lower(:email)`, address).orWhere(
            `u.status = 'active' AND lower(u.pendingEmail) = lower(:email)
               AND u.pendingEmailUntil > now()`,
          )
        : users
            .where(`u.status = 'pending' AND u.mobile = :mobile`, address)
            .orWhere(
              `u.status = 'active' AND u.pendingMobile = :mobile AND u.pendingMobileUntil > now()`,
            );
    const user = await awaiting
      .orderBy(`u.status = 'pending'`, 'DESC')
      .addOrderBy('u.updatedAt', 'DESC')
      .getOne();
    return user ?? undefined;
  }

  list(
    { sort = '-created_at', ...query }: ListUsersQuery,
    toItem: (row: UserRow) => UserResponse,
  ): Promise<Page<UserResponse>> {
    return keysetPage<UserRow, UserResponse>(this.dataSource, this.cursors, {
      columns: USER_COLUMNS,
      table: 'users',
      conditions: () => userConditions(query),
      sorts: USER_SORT_KEYS,
      sort,
      page: query,
      toItem,
    });
  }

  /**
   * @param expiresUnlessActivated the account is deleted unless it is activated in time
   * @throws AppError 409 when a name or an address is taken
   */
  async insert(
    manager: EntityManager,
    values: Partial<User>,
    { expiresUnlessActivated = false } = {},
  ): Promise<User> {
    const due = expiresUnlessActivated && { activationDue: () => ACTIVATION_END };
    const times = { ...timesOf(values), ...due };
    const user = manager.create(User, values);
    const { identifiers } = await translateConstraints(userConflicts, () =>
      manager.insert(User, Object.assign(user, times)),
    );
    if (Object.keys(times).length === 0) return user;
    return this.get(String(identifiers[0]?.['id']), manager);
  }

  /**
   * Writes a diff as the next version.
   *
   * @param isVersionRaised whether {@link clearSetAside} has already raised the version of this user
   * @returns the updated user, or undefined when it has another version or was deleted
   * @throws AppError 409 when a name or an address is taken
   */
  async update(
    manager: EntityManager,
    { id, version }: User,
    diff: Partial<User>,
    isVersionRaised = false,
  ): Promise<User | undefined> {
    const values = {
      ...diff,
      ...timesOf(diff),
      ...('status' in diff && { activationDue: null }),
      version: version + 1,
      updatedAt: () => 'clock_timestamp()',
    };
    const { affected } = await translateConstraints(userConflicts, () =>
      manager.update(User, { id, version: isVersionRaised ? version + 1 : version }, values),
    );
    return affected === 0 ? undefined : this.find(id, manager);
  }

  /** @returns whether an address was set aside. It has raised the version then */
  async clearSetAside(manager: EntityManager, id: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE users SET pending_email = NULL, pending_email_until = NULL, pending_mobile = NULL,
         pending_mobile_until = NULL, version = version + 1, updated_at = clock_timestamp()
       WHERE id = $1 AND (pending_email IS NOT NULL OR pending_mobile IS NOT NULL)`,
      [id],
    );
    return count > 0;
  }

  /** The version stays, because no response shows the password. */
  async setPasswordHash(manager: EntityManager, id: string, passwordHash: string): Promise<void> {
    await manager.update(User, id, { passwordHash });
  }

  /** Deletes accounts that were not activated in time. @returns how many */
  async deleteNeverActivated(limit: number): Promise<number> {
    const details = JSON.stringify({ reason: 'never_activated' });
    const [row] = await this.dataSource.query<[{ count: number }]>(deleteNeverActivated(limit), [
      details,
    ]);
    return row.count;
  }

  /** Clears expired set-aside addresses. @returns the number of accounts */
  async clearExpiredSetAside(limit: number): Promise<number> {
    const [row] = await this.dataSource.query<[{ count: number }]>(clearExpiredSetAside(limit));
    return row.count;
  }

  /** From now on a log-in needs the second factor. The version stays, because no response shows it. */
  async enableMfa(manager: EntityManager, id: string): Promise<void> {
    await manager.query('UPDATE users SET mfa_enabled_at = now() WHERE id = $1', [id]);
  }

  /** The opposite of {@link enableMfa}. */
  async disableMfa(manager: EntityManager, id: string): Promise<void> {
    await manager.query('UPDATE users SET mfa_enabled_at = NULL WHERE id = $1', [id]);
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.delete(User, id);
  }

  /**
   * Takes the lock for every change that may remove an admin. Otherwise the last two admins could be
   * removed at the same time. Take it before the lock of any user's row.
   */
  async lockAdmins(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
  }

  /** Whether there is an active admin. */
  async hasAdmin(): Promise<boolean> {
    const admins = await this.dataSource.query<unknown[]>(
      `SELECT FROM users WHERE role = 'admin' AND status = 'active' LIMIT 1`,
    );
    return admins.length > 0;
  }

  /** The ids of the active admins with an e-mail. */
  async listAdminsWithEmail(manager: EntityManager): Promise<string[]> {
    const admins = await manager.query<{ id: string }[]>(
      `SELECT id FROM users
       WHERE role = 'admin' AND status = 'active' AND email IS NOT NULL ORDER BY id LIMIT 100`,
    );
    return admins.map(({ id }) => id);
  }

  /** Whether another active admin has a password. */
  async hasAnotherAdmin(manager: EntityManager, id: string): Promise<boolean> {
    const others = await manager.query<unknown[]>(
      `SELECT FROM users
       WHERE role = 'admin' AND status = 'active' AND password_hash IS NOT NULL AND id <> $1
       LIMIT 1`,
      [id],
    );
    return others.length > 0;
  }
}

function conditionOf(name: LoginName): string {
  if ('username' in name) return 'lower(u.username) = lower(:username)';
  return 'email' in name ? 'lower(u.email) = lower(:email)' : 'u.mobile = :mobile';
}

/** When the set-aside addresses of a diff expire, by the clock of PostgreSQL. */
function timesOf(diff: Partial<User>) {
  return {
    ...('pendingEmail' in diff && { pendingEmailUntil: endOfSetAside(diff.pendingEmail) }),
    ...('pendingMobile' in diff && { pendingMobileUntil: endOfSetAside(diff.pendingMobile) }),
  };
}

function endOfSetAside(address: string | null | undefined): (() => string) | null {
  return address ? () => SET_ASIDE_END : null;
}

function orNotFound(user: User | undefined): User {
  if (!user) throw notFound('user');
  return user;
}
