import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Conditions, keysetPage, type SortKey } from '../common/pagination/keyset.js';
import { containsPattern } from '../common/pagination/like.js';
import { notFound } from '../common/errors/errors.js';
import { Cursors, type Page } from '../common/pagination/pagination.js';
import { User } from './user.entity.js';
import type { ListUsersQuery, USER_SORTS, UserResponse } from './users.dto.js';

/** Where an account is reached. */
export type Address = { email: string } | { mobile: string };
export type LoginName = Address | { username: string };

const SORTS: Readonly<Record<(typeof USER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  username: { expression: 'lower(username)', type: 'text', isNullable: true },
  name: { expression: 'name', type: 'text', isNullable: true },
};

const COLUMNS =
  'id, username, email, mobile, name, gender, role, status, created_at, updated_at, version';

/** Reads of users. */
@Injectable()
export class UsersQueries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  /** The account that somebody names, whatever its status, in one statement for any answer. */
  async findByName(name: LoginName, manager = this.dataSource.manager): Promise<User | null> {
    const users = manager.createQueryBuilder(User, 'u');
    if ('username' in name)
      return users.where('lower(u.username) = lower(:username)', name).getOne();
    if ('email' in name) return users.where('lower(u.email) = lower(:email)', name).getOne();
    return users.where('u.mobile = :mobile', name).getOne();
  }

  /** As {@link findByName}, for those who must not notice how much there is to read. */
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

  /** The account that waits for a code at this address: as its own one, or as the one to come. */
  async findByPendingAddress(address: Address): Promise<User | null> {
    const users = this.dataSource.manager.createQueryBuilder(User, 'u');
    const awaiting =
      'email' in address
        ? users
            .where(`u.status = 'pending' AND lower(u.email) = lower(:email)`, address)
            .orWhere('lower(u.pendingEmail) = lower(:email)')
        : users
            .where(`u.status = 'pending' AND u.mobile = :mobile`, address)
            .orWhere('u.pendingMobile = :mobile');
    return awaiting
      .orderBy(`u.status = 'pending'`, 'DESC')
      .addOrderBy('u.updatedAt', 'DESC')
      .getOne();
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

/** With what it was sorted by, where that is no column. */
type UserRow = UserResponse & { sort_value?: string };

export function findUserOrNull(
  manager: EntityManager,
  id: string,
  isLocked = false,
): Promise<User | null> {
  return manager.findOne(User, {
    where: { id },
    ...(isLocked && { lock: { mode: 'for_no_key_update' } }),
  });
}

/** @throws AppError 404 */
export async function findUser(...key: Parameters<typeof findUserOrNull>): Promise<User> {
  const user = await findUserOrNull(...key);
  if (!user) throw notFound('user');
  return user;
}

export function toUserResponse(user: User): UserResponse {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    mobile: user.mobile,
    name: user.name,
    gender: user.gender,
    role: user.role,
    status: user.status,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    version: user.version,
  };
}
