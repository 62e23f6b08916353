import { AppError } from '../common/errors/app-error.js';

export function refreshTokenReused(): AppError {
  return new AppError('refresh_token_reused', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}
