import pg from 'pg';

/**
 * Opens the connections of a test. `pool.end()` does not wait until they are closed, so dropping the
 * database afterwards may terminate one with an error. Without a listener, that would fail the whole run.
 *
 * @param max concurrent connections
 */
export function openPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  return pool;
}
