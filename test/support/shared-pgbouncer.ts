import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DATABASE_LIMITS } from '../../src/common/config/config.js';
import { patience } from './patience.ts';
import {
  canPrepare,
  findPgBouncer,
  FOR_PREPARED_STATEMENTS,
  type PgBouncer,
  startPgBouncer,
} from './pgbouncer.ts';

/** The PgBouncer through which the applications of a test run reach PostgreSQL. */
export interface SharedPgBouncer {
  /** The URL of the PostgreSQL behind it for the superuser. Other roles connect directly. */
  target: string;
  port: string;
  databasePrepared: 'on' | 'off';
}

const ROLE = 'behind_pgbouncer';
/** Each test file has its own database, and each instance up to 27 connections. */
const MANY_CLIENTS = 'max_client_conn = 2000';

/**
 * Starts PgBouncer in the form that `TEST_PGBOUNCER` selects: `unnamed`, or `prepared` for named
 * statements. It connects as a role that has the time limits.
 *
 * @returns undefined when the variable is not set
 */
export async function startSharedPgBouncer(
  postgresUrl: string,
): Promise<{ pgBouncer: PgBouncer; shared: SharedPgBouncer } | undefined> {
  const form = process.env['TEST_PGBOUNCER'] ?? '';
  if (form === '') return undefined;
  if (form !== 'unnamed' && form !== 'prepared')
    throw new Error('TEST_PGBOUNCER must be unnamed or prepared.');
  const isPrepared = form === 'prepared';
  const binary = await findPgBouncer();
  if (binary === undefined) throw new Error('PgBouncer is not installed.');
  if (isPrepared && !(await canPrepare(binary))) throw new Error('PgBouncer is older than 1.21.');

  const url = await createLimitedRole(postgresUrl);
  const settings = [MANY_CLIENTS, ...(isPrepared ? FOR_PREPARED_STATEMENTS : [])];
  const pgBouncer = await startPgBouncer(binary, url, settings);
  const { port } = new URL(pgBouncer.urlOf(url));
  const databasePrepared = isPrepared ? 'on' : 'off';
  return { pgBouncer, shared: { target: postgresUrl, port, databasePrepared } };
}

/** Creates a superuser, because the tables belong to another role. @returns its URL */
async function createLimitedRole(postgresUrl: string): Promise<string> {
  const url = new URL(postgresUrl);
  url.username = ROLE;
  url.password = randomBytes(18).toString('hex');
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(`CREATE ROLE ${ROLE} SUPERUSER LOGIN PASSWORD '${url.password}'`);
    const limits = {
      statement_timeout: DATABASE_LIMITS.statement,
      lock_timeout: DATABASE_LIMITS.lock,
      idle_in_transaction_session_timeout: 10_000,
    };
    for (const [name, limit] of Object.entries(limits)) {
      await client.query(`ALTER ROLE ${ROLE} SET ${name} = ${patience(limit)}`);
    }
  } finally {
    await client.end();
  }
  return url.href;
}
