import type { DataSource, EntityManager } from 'typeorm';
import { isRetryable } from './database-errors.js';

const ATTEMPTS = 4;
/** Milliseconds, times the attempt and a random factor: both sides of a deadlock retry. */
const PAUSE = 25;

/**
 * Runs a transaction, and runs it again after a serialization failure or a deadlock: three times,
 * then the failure is 503. PostgreSQL has rolled it back, so nothing is done twice. `work` may
 * therefore run several times and must keep its effects to the database.
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
      await new Promise((resolve) => setTimeout(resolve, PAUSE * attempt * Math.random()));
    }
  }
}
