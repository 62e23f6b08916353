import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { ASK_READ_ONLY, type ReadOnlyAnswer } from './read-only.js';
import { checkStartParameters } from './start-parameters.js';

const OLDEST_VERSION = 14;

class UnsupportedDatabaseError extends Error {}
class IsolationError extends Error {}
export class ReadOnlyDatabaseError extends Error {
  /** The code with which PostgreSQL refuses a write. */
  readonly code = '25006';
}

/**
 * Checks what the service needs of the database, before the first migration.
 *
 * @throws ReadOnlyDatabaseError when the database cannot be written now; another error when it cannot be used
 */
export async function checkRequirements(
  dataSource: DataSource,
  config: DatabaseConfig,
): Promise<void> {
  await requireVersionAndEncoding(dataSource);
  await checkStartParameters(config);
  await requireReadCommitted(dataSource);
  await requireWritable(dataSource);
}

/**
 * The statements rely on READ COMMITTED: one that waited for a lock sees what the other transaction has
 * committed. With an older snapshot, limits such as that of webhooks could be exceeded. PgBouncer would
 * refuse the setting as a start parameter.
 */
async function requireReadCommitted(dataSource: DataSource): Promise<void> {
  const [{ isolation }] = await dataSource.query<[{ isolation: string }]>(
    `SELECT current_setting('transaction_isolation') AS isolation`,
  );
  if (isolation === 'read committed') return;
  throw new IsolationError(
    `The database or the role has default_transaction_isolation = '${isolation}'. The service needs ` +
      "'read committed': ALTER ROLE ... SET default_transaction_isolation = 'read committed'.",
  );
}

/** An instance writes when it starts. After a failover, the primary may become available later. */
async function requireWritable(dataSource: DataSource): Promise<void> {
  const [{ isReadOnly }] = await dataSource.query<[ReadOnlyAnswer]>(ASK_READ_ONLY);
  if (isReadOnly) throw new ReadOnlyDatabaseError('PostgreSQL is read-only');
}

async function requireVersionAndEncoding(dataSource: DataSource): Promise<void> {
  const [{ version, encoding }] = await dataSource.query<[{ version: string; encoding: string }]>(
    `SELECT current_setting('server_version_num') AS version,
       current_setting('server_encoding') AS encoding`,
  );
  requireSupported(version);
  if (encoding === 'UTF8') return;
  throw new UnsupportedDatabaseError(
    `The database has the encoding ${encoding}, in which names cannot be stored. The service needs ` +
      "UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.",
  );
}

/** @param version as in `server_version_num`, such as 180001 */
export function requireSupported(version: string): void {
  const major = Math.floor(Number(version) / 10_000);
  if (major >= OLDEST_VERSION) return;
  throw new UnsupportedDatabaseError(
    `PostgreSQL ${OLDEST_VERSION} or later is required, but DATABASE_URL has version ${major}.`,
  );
}
