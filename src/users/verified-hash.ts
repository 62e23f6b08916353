import { AppError } from '../common/errors/app-error.js';
import type { User } from './user.entity.js';

/** The account has another hash than the one that was verified before the lock. */
class HashReplacedError extends AppError {
  constructor() {
    super('password_incorrect');
  }
}

/**
 * Call it under the lock of the user's row. The password itself is verified before the lock.
 *
 * @param verified the hash of the verified password
 * @throws AppError 403 when the account has another hash now
 */
export function requireHash({ passwordHash }: User, verified: string | undefined): void {
  if (passwordHash !== verified) throw new HashReplacedError();
}

/**
 * Runs a change that verifies the current password. It runs the change once more when the hash was
 * replaced meanwhile, because a log-in may have rehashed the same password. If the password itself has
 * changed, the second verification fails.
 *
 * @param change gets whether it is the second run. Then a wrong password is no guess: it was right
 */
export async function withVerifiedHash<T>(change: (isRepeated: boolean) => Promise<T>): Promise<T> {
  try {
    return await change(false);
  } catch (error) {
    if (!(error instanceof HashReplacedError)) throw error;
    return change(true);
  }
}
