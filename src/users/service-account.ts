import type { FieldError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';
import type { User, UserKind } from './user.entity.js';
import { roleNotPermitted } from './users.errors.js';

/** Fields of persons. A service account has none of them: it does not log in or read messages. */
const PERSON_FIELDS = ['email', 'mobile'] as const;

type Account = Partial<Pick<User, 'kind' | 'role' | 'status' | (typeof PERSON_FIELDS)[number]>>;

/**
 * Checks the rules of service accounts, which the constraint `users_service_check` repeats.
 *
 * @param account the requested values; those of a person pass
 * @throws AppError 400 for fields of persons, 403 for the role admin
 */
export function checkServiceAccount(account: Account, password?: string | null): void {
  if (account.kind !== 'service') return;
  const given = { ...account, password };
  const errors: FieldError[] = ([...PERSON_FIELDS, 'password'] as const)
    .filter((field) => (given[field] ?? undefined) !== undefined)
    .map((field) => ({ pointer: `/${field}`, code: 'unknown_field', detail: NO_PERSON }));
  if (account.status === 'pending') {
    errors.push({ pointer: '/status', code: 'enum', detail: 'must be one of active, disabled' });
  }
  if (errors.length > 0) throw validationFailed(errors);
  if (account.role === 'admin') throw roleNotPermitted('A service account is never an admin.');
}

/** @throws AppError 400 when a client sends another kind than that of the account */
export function checkKindUnchanged({ kind }: User, wanted: UserKind | null | undefined): void {
  if ((wanted ?? kind) === kind) return;
  throw validationFailed([{ pointer: '/kind', code: 'enum', detail: `must be ${kind}` }]);
}

const NO_PERSON = 'must be absent: a service account has none';
