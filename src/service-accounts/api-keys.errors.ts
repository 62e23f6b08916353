import { AppError } from '../common/errors/app-error.js';
import { validationFailed } from '../common/errors/errors.js';

export function keyLimit(): AppError {
  return new AppError('key_limit');
}

export function expiryOutOfRange(): AppError {
  const detail = 'must be in the future, within the next 400 days';
  return validationFailed([{ pointer: '/expires_at', code: 'range', detail }]);
}
