import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import type { Log } from '../logging/log.js';
import { requestConnection } from './data-source.js';
import { ResilientClient } from './resilient-client.js';

const PROTOCOL_VIOLATION = '08P01';

/** PgBouncer refuses the time limits of a connection. */
class StartParametersRefusedError extends Error {
  constructor(cause: unknown) {
    super(
      'DATABASE_URL uses a PgBouncer, which refuses the time limits of a connection. Set ' +
        'DATABASE_PREPARED=off and the limits of the role, see docs/operations.md.',
      { cause },
    );
  }
}

/**
 * Connects once like a request, so that a refusal stops the start with advice.
 *
 * @throws StartParametersRefusedError
 */
export async function checkStartParameters(config: DatabaseConfig): Promise<void> {
  const client = new ResilientClient(requestConnection(config));
  try {
    await client.connect();
  } catch (error) {
    const { code, message = '' } = error as { code?: string; message?: string };
    const isRefused = code === PROTOCOL_VIOLATION && message.includes('startup parameter');
    throw isRefused ? new StartParametersRefusedError(error) : error;
  } finally {
    await client.end();
  }
}

/** Warns when DATABASE_PREPARED=off and the database role lacks the time limits. */
export async function warnOfMissingLimits(
  dataSource: DataSource,
  { databasePrepared }: DatabaseConfig,
  log: Log,
): Promise<void> {
  if (databasePrepared === 'on') return;
  const [limits] = await dataSource.query<{ statement: string; lock: string; idle: string }[]>(
    `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
       current_setting('idle_in_transaction_session_timeout') AS idle`,
  );
  const missing = Object.entries(limits ?? {}).filter(([, limit]) => limit === '0');
  if (missing.length === 0) return;
  log.warn(
    { missing: missing.map(([name]) => name) },
    'The database role has no time limits, so a request may still be executed after a 503. ' +
      "Run ALTER ROLE ... SET statement_timeout = '5s', SET lock_timeout = '2s' and " +
      "SET idle_in_transaction_session_timeout = '10s', one statement each",
  );
}
