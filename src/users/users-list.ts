import { Conditions } from '../common/pagination/conditions.js';
import type { SortKey } from '../common/pagination/keyset-sql.js';
import { containsPattern } from '../common/pagination/search.js';
import type { UserResponse } from './user-response.dto.js';
import type { USER_SORTS, UserFilters } from './users.dto.js';

/** The columns, sorts and filters of `GET /users`, for `UsersRepository.list`. */

/** A user in a list. `sort_value` is present when the list is sorted by an expression. */
export type UserRow = Omit<UserResponse, 'pending_email' | 'pending_mobile'> & {
  pending_email: string | null;
  pending_mobile: string | null;
  sort_value?: string;
};

export const USER_SORT_KEYS: Readonly<Record<(typeof USER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  username: { expression: 'lower(username)', type: 'text', isNullable: true },
  name: { expression: 'name', type: 'text', isNullable: true },
};

export const USER_COLUMNS = `id, kind, username, email, mobile, name, gender, role, status,
  CASE WHEN pending_email_until > now() THEN pending_email END AS pending_email,
  CASE WHEN pending_mobile_until > now() THEN pending_mobile END AS pending_mobile,
  created_at, updated_at, version`;

export function userConditions({ q, role, status, kind }: UserFilters): Conditions {
  const conditions = new Conditions();
  if (q !== undefined) {
    conditions.add(
      containsPattern(q),
      (pattern) => `(username ILIKE ${pattern} OR name ILIKE ${pattern} OR email ILIKE ${pattern})`,
    );
  }
  if (role !== undefined) conditions.add(role, (value) => `role = ${value}`);
  // A literal, because PostgreSQL cannot use the partial index of service accounts with a parameter.
  if (kind !== undefined) conditions.and(`kind = '${kind}'`);
  if (status !== undefined) conditions.add(status, (value) => `status = ${value}`);
  return conditions;
}
