import type { ConstraintErrors } from '../common/database/database-errors.js';
import { AppError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';

/** The error for a violation of each unique index of `customers`. */
export const customerConflicts: ConstraintErrors = {
  customers_email_key: () => new AppError('email_taken'),
  customers_external_id_key: () => new AppError('external_id_taken'),
};

export function notDeleted(): AppError {
  return new AppError('not_deleted');
}

export function identityMissing(): AppError {
  return validationFailed([
    {
      pointer: '/name',
      code: 'one_of',
      detail: 'is required unless email or external_id is given',
    },
  ]);
}

/** @param parameters that cannot be combined with `n` */
export function notWithYoungest(parameters: readonly string[]): AppError {
  return validationFailed(
    parameters.map((parameter) => ({
      parameter,
      code: 'unknown_field',
      detail: 'cannot be combined with n',
    })),
  );
}
