import type { TestApp } from './app.ts';

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
    await waitUntilOneWaits(app);
    await connection.query(change, [id]);
    await connection.query('COMMIT');
    return await answer;
  } finally {
    connection.release();
  }
}

async function waitUntilOneWaits(app: TestApp): Promise<void> {
  for (;;) {
    const waiting = await app.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
