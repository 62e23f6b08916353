import { isConnectionLost } from './database-errors.js';

const ATTEMPTS = 5;
/** Milliseconds. A pool needs them to notice which other connections died at the same time. */
const PAUSE = 20;

/**
 * Retries a read whose connection to PostgreSQL was lost. PostgreSQL itself may be fine and accept a
 * new connection; if it is not, the next attempt fails with that reason. Never for writes, which may
 * have been executed.
 */
export async function retryRead<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
