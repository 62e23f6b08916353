import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { isRetryable } from './database-errors.js';

const ATTEMPTS = 4;
/** Milliseconds, multiplied by the attempt and a random factor, because both sides of a deadlock retry. */
const PAUSE = 25;

/**
 * Runs a transaction, and retries it up to three times after a serialization failure or a deadlock. Then
 * the failure is 503. PostgreSQL has rolled back each failed attempt. `work` may run several times, so it
 * must have no effects outside of the database.
 */
export async function transaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dataSource.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      await sleep(PAUSE * attempt * Math.random());
    }
  }
}
