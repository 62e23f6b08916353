import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { connectionShares } from '../config/connection-shares.js';
import { readSecretFile } from '../config/source.js';
import { HealingPool, type HealingPoolConfig, PoolGroup } from './healing-pool.js';
import { toRfc3339 } from './instant.js';
import { SILENT_LOGGER } from './silent-logger.js';
import { UnlimitedTransactionsClient } from './unlimited-transactions-client.js';
import { migrations } from './migrations/index.js';
import { PreparedStatementsClient } from './prepared-statements-client.js';
import { ResilientClient } from './resilient-client.js';
import { UnnamedStatementsClient } from './unnamed-statements-client.js';

/** Milliseconds. */
const IDLE_TRANSACTION_TIMEOUT = 10_000;
const KEEP_ALIVE_DELAY = 10_000;
const BULK_CONNECT_TIMEOUT = 10_000;
const BULK_LOCK_TIMEOUT = 10_000;
/** A statement of an import works on the whole file, one of an export on a page. */
const BULK_STATEMENT_TIMEOUT = { imports: 600_000, exports: 14_000 };
const SILENCE_LIMIT = { imports: 10_000, exports: 15_000 };

/** Dates and instants are text everywhere. A DATE as a `Date` would depend on the time zone. */
const parsers: Readonly<Record<number, (text: string) => string>> = {
  [pg.types.builtins.DATE]: (text) => text,
  [pg.types.builtins.TIMESTAMPTZ]: toRfc3339,
};

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** The options of the application's data source. The features add entities, see `autoLoadEntities`. */
export function dataSourceOptions(config: DatabaseConfig): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.databaseUrl,
    applicationName: 'customer-api',
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize: connectionShares(config).requests,
    poolErrorHandler: () => undefined, // a lost idle connection is replaced at its next use
    migrations,
    driver: driverFor(config),
    extra: {
      types,
      ...connectionOptions(config),
      Client: config.databasePrepared === 'on' ? PreparedStatementsClient : UnnamedStatementsClient,
    },
  };
}

/** Opens a pool of `pg` that is separate from the pool of requests, such as for the session check. */
export function openPool(
  config: DatabaseConfig,
  purpose: string,
  options: Pick<HealingPoolConfig, 'max'> & Partial<HealingPoolConfig>,
): HealingPool {
  return new HealingPool(
    {
      ...connectionOptions(config),
      connectionString: config.databaseUrl,
      application_name: `customer-api-${purpose}`,
      Client: config.databasePrepared === 'on' ? ResilientClient : UnnamedStatementsClient,
      ...options,
    },
    poolsOf(config),
  );
}

/** Opens a pool for imports or exports, whose statements may take minutes. */
export function openBulkPool(config: DatabaseConfig, use: 'imports' | 'exports'): HealingPool {
  return openPool(config, use, {
    max: connectionShares(config)[use],
    connectionTimeoutMillis: BULK_CONNECT_TIMEOUT,
    ...startParameters(config, {
      statement_timeout: BULK_STATEMENT_TIMEOUT[use],
      lock_timeout: BULK_LOCK_TIMEOUT,
    }),
    query_timeout: SILENCE_LIMIT[use],
    isBulk: true,
    ...(config.databasePrepared === 'off' && { Client: UnlimitedTransactionsClient }),
    idleTimeoutMillis: 10_000,
  });
}

/** The data source for migrations, which have no statement timeout. */
export function migrationDataSource(config: DatabaseConfig): DataSource {
  return new DataSource({
    ...dataSourceOptions(config),
    driver: undefined,
    poolSize: 2,
    applicationName: 'customer-api-migrations',
    logger: SILENT_LOGGER,
    extra: {
      connectionTimeoutMillis: config.databaseLimits.connect,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
      types,
      Client: UnlimitedTransactionsClient,
    },
  } as DataSourceOptions);
}

/** The options for a single connection like those of requests. */
export function requestConnection(config: DatabaseConfig): HealingPoolConfig {
  return { ...connectionOptions(config), connectionString: config.databaseUrl };
}

const groups = new WeakMap<DatabaseConfig, PoolGroup>();

/** The pools of one application, which have the same configuration object. */
export function poolsOf(config: DatabaseConfig): PoolGroup {
  const group = groups.get(config) ?? new PoolGroup();
  groups.set(config, group);
  return group;
}

function connectionOptions(config: DatabaseConfig): Partial<HealingPoolConfig> {
  const { databaseUrlFile, databaseLimits: limits } = config;
  return {
    ...(databaseUrlFile && { currentUrl: () => currentUrl(databaseUrlFile, config.databaseUrl) }),
    connectionTimeoutMillis: limits.connect,
    query_timeout: limits.statement + 1_000,
    ...startParameters(config, {
      statement_timeout: limits.statement,
      lock_timeout: limits.lock,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
    }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
  };
}

/**
 * Reads the URL from its file again, because the password may have been rotated. While the file is
 * replaced, it may be missing or empty.
 */
function currentUrl(file: string, atStart: string): string {
  try {
    return readSecretFile(file) || atStart;
  } catch {
    return atStart;
  }
}

/** Omits the parameters for PgBouncer, which refuses them. The database role has the limits then. */
function startParameters<T extends object>(
  { databasePrepared }: DatabaseConfig,
  parameters: T,
): T | Record<keyof T, undefined> {
  if (databasePrepared === 'on') return parameters;
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, undefined])) as Record<
    keyof T,
    undefined
  >;
}

/** `pg` with HealingPool, because TypeORM opens the pool itself. */
function driverFor(config: DatabaseConfig): object {
  class Pool extends HealingPool {
    constructor(options: HealingPoolConfig) {
      super(options, poolsOf(config));
    }
  }
  return Object.create(pg, { Pool: { value: Pool } }) as object;
}
