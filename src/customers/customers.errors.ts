import type { ConstraintErrors } from '../common/database/database-errors.js';
import { AppError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';

/** What a violation of a unique index of `customers` means. */
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

/** @param parameters those that do not go with `n` */
export function notWithYoungest(parameters: readonly string[]): AppError {
  return validationFailed(
    parameters.map((parameter) => ({
      parameter,
      code: 'unknown_field',
      detail: 'does not go with n',
    })),
  );
}
