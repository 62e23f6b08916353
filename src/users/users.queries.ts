import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, keysetPage, type SortKey } from '../common/database/keyset.js';
import { containsPattern } from '../common/database/like.js';
import { Cursors, type Page } from '../common/http/pagination.js';
import { User } from './user.entity.js';
import type { ListUsersQuery, USER_SORTS, UserResponse } from './users.dto.js';

type Name = { username: string } | { email: string } | { mobile: string };

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

  /** The account that somebody names at log-in, whatever its status. */
  async findByName(name: Name): Promise<User | null> {
    const [column, value] =
      'username' in name
        ? ['lower(username) = lower($1)', name.username]
        : 'email' in name
          ? ['lower(email) = lower($1)', name.email]
          : ['mobile = $1', name.mobile];
    const [row] = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM users WHERE ${column}`,
      [value],
    );
    return row ? this.dataSource.manager.findOneBy(User, { id: row.id }) : null;
  }

  list({
    q,
    role,
    status,
    sort = '-created_at',
    ...page
  }: ListUsersQuery): Promise<Page<UserResponse>> {
    return keysetPage<UserRow, UserResponse>(
      (sql, parameters) => this.dataSource.query(sql, parameters),
      this.cursors,
      {
        columns: COLUMNS,
        table: 'users',
        conditions: () => filter(q, role, status),
        sorts: SORTS,
        sort,
        page,
        toItem: rowToResponse,
      },
    );
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

type UserRow = Omit<UserResponse, 'created_at' | 'updated_at'> & {
  created_at: Date;
  updated_at: Date;
  sort_value: string | Date | null;
};

function rowToResponse({ sort_value: _, created_at, updated_at, ...row }: UserRow): UserResponse {
  return { ...row, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
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
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    version: user.version,
  };
}
