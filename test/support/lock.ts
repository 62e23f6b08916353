import pg from 'pg';
import type { TestApp } from './app.ts';
import { eventually } from './eventually.ts';

/**
 * Forces the order of a race: locks a row and sends the request. When the request waits for the lock,
 * runs `change` (with the id as `$1`) and commits. @returns the response to the request
 */
export async function whileRowIsLocked<T>(
  app: TestApp,
  table: 'users' | 'customers' | 'sessions' | 'webhooks',
  id: string,
  request: () => Promise<T>,
  change: string,
): Promise<T> {
  const connection = await app.database.connect();
  try {
    await connection.query('BEGIN');
    await connection.query(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
    const answer = request();
    await waitUntilOneWaits(connection);
    await connection.query(change, [id]);
    await connection.query('COMMIT');
    return await answer;
  } finally {
    connection.release();
  }
}

/**
 * Forces the order of a race: executes `change` in a transaction and sends the request. When the request
 * waits for the transaction, executes `last` and commits. @returns the response to the request
 */
export async function whileUncommitted<T>(
  app: TestApp,
  change: string,
  request: () => Promise<T>,
  last = 'SELECT',
): Promise<T> {
  const connection = await app.database.connect();
  try {
    await connection.query(`BEGIN; ${change}`);
    const answer = request();
    await waitUntilOneWaits(connection);
    await connection.query(`${last}; COMMIT`);
    return await answer;
  } finally {
    connection.release();
  }
}

/**
 * Locks a table against writes and sends the first request. When that waits for the lock, sends the
 * second request, which must not need the lock. @returns the response to the second request
 */
export async function whileTableIsLocked<T>(
  databaseUrl: string,
  table: string,
  first: () => Promise<unknown>,
  second: () => Promise<T>,
): Promise<T> {
  const connection = new pg.Client({ connectionString: databaseUrl });
  await connection.connect();
  try {
    await connection.query('BEGIN');
    await connection.query(`LOCK TABLE ${connection.escapeIdentifier(table)} IN SHARE MODE`);
    const held = first();
    await waitUntilOneWaits(connection);
    const answer = await second();
    await connection.query('COMMIT');
    await held;
    return answer;
  } finally {
    await connection.end();
  }
}

/** Waits until another connection waits for a lock of this one. */
export async function waitUntilOneWaits(connection: pg.ClientBase): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await connection.query(
      `SELECT FROM pg_locks
       WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
    );
    return rowCount !== 0;
  }, 'a request that waits for the lock');
}
