import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { toInstant } from './instant.js';
import { migrations } from './migrations/index.js';
import { PreparedStatementsClient } from './prepared-statements-client.js';
import { ResilientClient } from './resilient-client.js';

/** Milliseconds. */
const CONNECT_TIMEOUT = 2_000;
const STATEMENT_TIMEOUT = 5_000;
const LOCK_TIMEOUT = 2_000;
const IDLE_TRANSACTION_TIMEOUT = 10_000;
const BULK_CONNECT_TIMEOUT = 10_000;
const BULK_LOCK_TIMEOUT = 10_000;

/** Imports and exports that one process runs at once; further ones wait for a free connection. */
const BULK_CONNECTIONS = 8;

/** Dates and instants are text everywhere. A DATE read as a `Date` would shift with the time zone. */
const parsers: Readonly<Record<number, (text: string) => string>> = {
  [pg.types.builtins.DATE]: (text) => text,
  [pg.types.builtins.TIMESTAMPTZ]: toInstant,
};

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** The data source of the application. The features add their entities, see `autoLoadEntities`. */
export function dataSourceOptions(config: DatabaseConfig): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.databaseUrl,
    applicationName: 'customer-api',
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize: config.databasePool,
    poolErrorHandler: () => undefined, // a lost idle connection is replaced at its next use
    migrations,
    extra: {
      types,
      ...timeouts,
      Client: config.databasePrepared === 'on' ? PreparedStatementsClient : ResilientClient,
    },
  };
}

/** For pools of `pg` alone, such as that of the session check, separate from the one of requests. */
export function poolOptions(config: DatabaseConfig, size: number): pg.PoolConfig {
  return {
    connectionString: config.databaseUrl,
    application_name: 'customer-api-sessions',
    max: size,
    Client: ResilientClient,
    ...timeouts,
  };
}

/** For streams: COPY in and out, and the merge of an import. */
export function bulkPoolOptions(config: DatabaseConfig): pg.PoolConfig {
  return {
    connectionString: config.databaseUrl,
    application_name: 'customer-api-bulk',
    max: BULK_CONNECTIONS,
    Client: ResilientClient,
    connectionTimeoutMillis: BULK_CONNECT_TIMEOUT,
    lock_timeout: BULK_LOCK_TIMEOUT,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
  };
}

const timeouts = {
  connectionTimeoutMillis: CONNECT_TIMEOUT,
  statement_timeout: STATEMENT_TIMEOUT,
  query_timeout: STATEMENT_TIMEOUT + 1_000,
  lock_timeout: LOCK_TIMEOUT,
  idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
  keepAlive: true,
};

/** For migrations, which may take longer than a request and have no statement timeout. */
export function migrationDataSource(config: DatabaseConfig): DataSource {
  const options = dataSourceOptions(config);
  return new DataSource({
    ...options,
    poolSize: 2,
    applicationName: 'customer-api-migrations',
    extra: { connectionTimeoutMillis: CONNECT_TIMEOUT, types },
  } as DataSourceOptions);
}
