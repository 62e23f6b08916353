import type { ConstraintErrors } from '../common/database/database-errors.js';
import { AppError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';
import type { AddressKind } from './address-kinds.js';
import type { UserKind } from './user.entity.js';

/** The error for a violation of each unique index of `users`. */
export const userConflicts: ConstraintErrors = {
  users_username_key: () => new AppError('username_taken'),
  users_email_key: () => new AppError('email_taken'),
  users_mobile_key: () => new AppError('mobile_taken'),
};

export function roleNotPermitted(detail?: string): AppError {
  return new AppError('role_not_permitted', { detail });
}

export function passwordIncorrect(headers?: Readonly<Record<string, string>>): AppError {
  return new AppError('password_incorrect', { headers });
}

export function serviceAccount(): AppError {
  return new AppError('service_account');
}

export function accountDisabled(): AppError {
  return new AppError('account_disabled');
}

export function lastAdmin(): AppError {
  return new AppError('last_admin');
}

/** A person needs a username or an e-mail. A service account has no e-mail. */
export function nameMissing(kind: UserKind = 'person'): AppError {
  return validationFailed([
    kind === 'service'
      ? { pointer: '/username', code: 'required', detail: 'is required' }
      : { pointer: '/username', code: 'one_of', detail: 'is required unless email is given' },
  ]);
}

export function addressTaken(kind: AddressKind): AppError {
  return new AppError(`${kind}_taken`);
}
