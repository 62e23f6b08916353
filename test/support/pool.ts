import pg from 'pg';

/**
 * Connections of a test. `pool.end()` does not wait until they are closed, so dropping the database
 * afterwards can end one with an error, which would fail the whole run without a listener.
 *
 * @param max connections at once
 */
export function openPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  return pool;
}
