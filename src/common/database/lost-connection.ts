import { isConnectionLost } from './errors.js';

const ATTEMPTS = 5;
/** Milliseconds in which a pool notices which others of its connections died at the same time. */
const PAUSE = 20;

/**
 * Runs what only reads again when its connection to PostgreSQL was lost: that says nothing about
 * PostgreSQL, which may be there and take a new one. When it is not, the next attempt says so.
 */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
