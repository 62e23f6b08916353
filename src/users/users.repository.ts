import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { translateConstraints } from '../common/database/database-errors.js';
import { retryRead } from '../common/database/retry-read.js';
import { notFound } from '../common/errors/errors.js';
import { Conditions } from '../common/pagination/conditions.js';
import { keysetPage, type SortKey } from '../common/pagination/keyset.js';
import { containsPattern } from '../common/pagination/search.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Page } from '../common/pagination/page.dto.js';
import { USER_LOCK } from '../sessions/lock-user.js';
import { User } from './user.entity.js';
import type { ListUsersQuery, USER_SORTS, UserResponse } from './users.dto.js';
import { userConflicts } from './users.errors.js';

/** Where an account is reached. */
export type Address = { email: string } | { mobile: string };
export type LoginName = Address | { username: string };

/** Any number, the same in every instance: "admin" in ASCII. */
const ADMINS_LOCK = 0x61646d696e;

const SORTS: Readonly<Record<(typeof USER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  username: { expression: 'lower(username)', type: 'text', isNullable: true },
  name: { expression: 'name', type: 'text', isNullable: true },
};

const COLUMNS =
  'id, username, email, mobile, name, gender, role, status, created_at, updated_at, version';

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

  /** As {@link get}, outside any transaction: it is repeated when the connection was lost. */
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
   * The account with this name, whatever its status, in one statement for any answer.
   *
   * @returns undefined when there is none
   */
  async findByName(name: LoginName, manager = this.dataSource.manager): Promise<User | undefined> {
    const users = manager.createQueryBuilder(User, 'u');
    const named =
      'username' in name
        ? users.where('lower(u.username) = lower(:username)', name)
        : 'email' in name
          ? users.where('lower(u.email) = lower(:email)', name)
          : users.where('u.mobile = :mobile', name);
    return (await named.getOne()) ?? undefined;
  }

  /**
   * As {@link findByName}, but reads the id alone: the time of the answer does not depend on how
   * much there is to read.
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
   * The account that waits for a code at this address: as its first address, or as its next one.
   *
   * @returns undefined when there is none
   */
  async findAwaiting(address: Address): Promise<User | undefined> {
    const users = this.dataSource.manager.createQueryBuilder(User, 'u');
    const awaiting =
      'email' in address
        ? users
            .where(`u.status = 'pending' AND lower(u.email) = lower(:email)`, address)
            .orWhere('lower(u.pendingEmail) = lower(:email)')
        : users
            .where(`u.status = 'pending' AND u.mobile = :mobile`, address)
            .orWhere('u.pendingMobile = :mobile');
    const user = await awaiting
      .orderBy(`u.status = 'pending'`, 'DESC')
      .addOrderBy('u.updatedAt', 'DESC')
      .getOne();
    return user ?? undefined;
  }

  list({
    q,
    role,
    status,
    sort = '-created_at',
    ...page
  }: ListUsersQuery): Promise<Page<UserResponse>> {
    return keysetPage<UserRow, UserResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'users',
      conditions: () => filter(q, role, status),
      sorts: SORTS,
      sort,
      page,
      toItem: ({ sort_value: _, ...user }) => user,
    });
  }

  /** @throws AppError 409 when a name or an address is taken */
  async insert(manager: EntityManager, values: Partial<User>): Promise<User> {
    const user = manager.create(User, values);
    await translateConstraints(userConflicts, () => manager.insert(User, user));
    return user;
  }

  /**
   * Writes a diff as the next version.
   *
   * @returns the user as it is now, or undefined when it has another version or is gone
   * @throws AppError 409 when a name or an address is taken
   */
  async update(
    manager: EntityManager,
    { id, version }: User,
    diff: Partial<User>,
  ): Promise<User | undefined> {
    const values = { ...diff, version: version + 1, updatedAt: () => 'now()' };
    const { affected } = await translateConstraints(userConflicts, () =>
      manager.update(User, { id, version }, values),
    );
    return affected === 0 ? undefined : this.find(id, manager);
  }

  /** Keeps the version: nothing that the API shows has changed. */
  async setPasswordHash(manager: EntityManager, id: string, passwordHash: string): Promise<void> {
    await manager.update(User, id, { passwordHash });
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.delete(User, id);
  }

  /**
   * Held while an admin may cease to be one, so that two of the last cannot go at once. It is taken
   * before the lock of any user's row.
   */
  async lockAdmins(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
  }

  /** Whether there is an active admin beside this user. */
  async hasAnotherAdmin(manager: EntityManager, id: string): Promise<boolean> {
    const others = await manager.query<unknown[]>(
      `SELECT FROM users WHERE role = 'admin' AND status = 'active' AND id <> $1 LIMIT 1`,
      [id],
    );
    return others.length > 0;
  }
}

function filter(q?: string, role?: string, status?: string): Conditions {
  const conditions = new Conditions();
  if (q !== undefined) {
    conditions.add(
      containsPattern(q),
      (pattern) => `(username ILIKE ${pattern} OR name ILIKE ${pattern} OR email ILIKE ${pattern})`,
    );
  }
  if (role !== undefined) conditions.add(role, (value) => `role = ${value}`);
  if (status !== undefined) conditions.add(status, (value) => `status = ${value}`);
  return conditions;
}

/** With the value that the list is sorted by, where that is no column. */
type UserRow = UserResponse & { sort_value?: string };

function orNotFound(user: User | undefined): User {
  if (!user) throw notFound('user');
  return user;
}
