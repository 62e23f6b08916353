import { AppError } from '../common/errors/app-error.js';
import type { User } from './user.entity.js';

/** Under the lock, the account has another hash than the one that was verified before. */
class HashReplacedError extends AppError {
  constructor() {
    super('password_incorrect');
  }
}

/**
 * To be called under the lock of the user's row: no password is verified while a lock is held.
 *
 * @param verified the hash that the present password fits
 * @throws AppError 403 when it is no longer that of the account
 */
export function requireHash({ passwordHash }: User, verified: string | undefined): void {
  if (passwordHash !== verified) throw new HashReplacedError();
}

/**
 * Runs a change that verifies the present password. It runs once more when the hash was replaced
 * meanwhile: a log-in may have renewed the hash of the same password. After a change of the password
 * the second verification fails.
 */
export async function withVerifiedHash<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof HashReplacedError)) throw error;
    return change();
  }
}
