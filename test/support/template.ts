import pg from 'pg';
import { migrate } from '../../src/common/database/migrate.js';
import { testConfig } from './config.ts';

const TEMPLATE = 'customer_api_template';

/** Migrates one database, of which the databases of the test files are copies. */
export async function prepareTemplate(postgresUrl: string): Promise<void> {
  await execute(postgresUrl, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(testConfig({ DATABASE_URL: databaseUrl(postgresUrl, TEMPLATE) }));
}

/**
 * Copies the files of the template. The default strategy writes each block to the log, which needs five
 * times the processor time.
 *
 * @returns the URL of a new, migrated and empty database
 */
export async function createDatabase(postgresUrl: string, name: string): Promise<string> {
  await execute(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  return databaseUrl(postgresUrl, name);
}

/** @returns the URL of a new database without a schema */
export async function createEmptyDatabase(postgresUrl: string, name: string): Promise<string> {
  await execute(postgresUrl, `CREATE DATABASE ${name}`);
  return databaseUrl(postgresUrl, name);
}

export async function dropDatabase(postgresUrl: string, name: string): Promise<void> {
  await execute(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

export function databaseUrl(postgresUrl: string, name: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
