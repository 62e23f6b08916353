import pg from 'pg';
import type { TestApp } from './app.ts';
import { eventually } from './eventually.ts';

/**
 * Makes a race come out one way: locks a row, sends the request, and once that waits for the lock,
 * runs `change` (with the id as `$1`) and commits. @returns the answer of the request
 */
export async function whileRowIsLocked<T>(
  app: TestApp,
  table: 'users' | 'customers' | 'sessions',
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
 * Locks a table against writes, sends the first request, and once that waits for the lock, sends
 * the second. @returns the answer of the second, which must not need the lock
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

/** Until another connection waits for a lock of this one. */
export async function waitUntilOneWaits(connection: pg.ClientBase): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await connection.query(
      `SELECT FROM pg_locks
       WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
    );
    return rowCount !== 0;
  }, 'a request that waits for the lock');
}
