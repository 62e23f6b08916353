import { AppError } from '../common/errors/app-error.js';

export function mfaRequired(): AppError {
  return new AppError('mfa_required');
}

export function mfaEnabled(): AppError {
  return new AppError('mfa_enabled');
}

/** @param detail what the reader may do instead */
export function invalidOtp(detail?: string): AppError {
  return new AppError('invalid_otp', { detail });
}
