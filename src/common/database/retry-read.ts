import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLost } from './database-errors.js';

const ATTEMPTS = 5;
/** Milliseconds. In this time the pool notices other connections that were lost at the same time. */
const PAUSE = 20;

/**
 * Retries a read whose connection was lost. PostgreSQL itself may be fine and accept a new connection.
 * Otherwise the next attempt fails with the actual reason. Never use it for writes, which may have been
 * executed.
 */
export async function retryRead<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error;
      await sleep(PAUSE);
    }
  }
}
