import { AppError } from '../common/errors/app-error.js';

/** @param detail where no password was verified, because the usual text says that it is correct */
export function mfaRequired(detail?: string): AppError {
  return new AppError('mfa_required', { detail });
}

export function mfaEnabled(): AppError {
  return new AppError('mfa_enabled');
}

/** @param detail what the client can do instead */
export function invalidOtp(detail?: string): AppError {
  return new AppError('invalid_otp', { detail });
}
