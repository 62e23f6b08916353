import { AppError, type FieldError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';
import type { AddressKind } from '../users/address-kinds.js';

/** The same error for an unknown name, a wrong password and a wrong code. */
export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', { headers: { 'www-authenticate': 'Bearer' } });
}

export function accountNotActive(): AppError {
  return new AppError('account_not_active');
}

export function registrationClosed(): AppError {
  return new AppError('registration_closed');
}

export function exactlyOneName(): AppError {
  return validationFailed([
    {
      pointer: '/username',
      code: 'one_of',
      detail: 'exactly one of login, username, email and mobile is required',
    },
  ]);
}

export function onlyOneFactor(): FieldError {
  const detail = 'only one of otp and recovery_code may be sent';
  return { pointer: '/otp', code: 'one_of', detail };
}

export function onlyOneProof(): FieldError {
  const detail = 'exactly one of otp, recovery_code and password is required';
  return { pointer: '/otp', code: 'one_of', detail };
}

export function exactlyOneAddress(): AppError {
  return validationFailed([
    { pointer: '/email', code: 'one_of', detail: 'exactly one of email and mobile is required' },
  ]);
}

/** The address that receives the activation code is missing. */
export function addressRequired(kind: AddressKind): AppError {
  return validationFailed([{ pointer: `/${kind}`, code: 'required', detail: 'is required' }]);
}

/** The same error for every reason, including an unknown address. */
export function invalidCode(): AppError {
  return new AppError('invalid_code');
}

export function invalidResetToken(): AppError {
  return new AppError('invalid_reset_token');
}
