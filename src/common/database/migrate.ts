import type { DataSource, QueryRunner } from 'typeorm';
import type { Config } from '../config/config.js';
import { migrationDataSource } from './data-source.js';
import { isUnavailable } from './errors.js';

/** Any number, the same in every instance: "CUAPI" in ASCII. */
const ADVISORY_LOCK = 0x4355415049;
const OLDEST_VERSION = 14;
const CONNECT_ATTEMPTS = 30;
const RETRY_DELAY = 1_000;

export class UnsupportedDatabaseError extends Error {}

/**
 * Applies the migrations that are missing. Instances that start together take turns at an advisory
 * lock, so one migrates and the others find nothing left to do.
 *
 * @param onWait is told when PostgreSQL is not there yet; the call waits for it up to 30 seconds.
 */
export async function migrate(config: Config, onWait: () => void = () => undefined): Promise<void> {
  await withMigrations(config, onWait, async (dataSource) => {
    await dataSource.runMigrations({ transaction: 'each' });
  });
}

/** Takes back the newest migration. */
export async function revert(config: Config): Promise<void> {
  await withMigrations(config, undefined, async (dataSource) => {
    await dataSource.undoLastMigration({ transaction: 'each' });
  });
}

/** Only waits for PostgreSQL and checks its version: for `MIGRATIONS=manual`. */
export async function awaitDatabase(config: Config, onWait?: () => void): Promise<void> {
  const dataSource = await connect(config, onWait);
  await dataSource.destroy();
}

async function withMigrations(
  config: Config,
  onWait: (() => void) | undefined,
  work: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const dataSource = await connect(config, onWait);
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await work(dataSource);
  } finally {
    await lock.release();
    await dataSource.destroy(); // ends the connection and with it the lock
  }
}

async function connect(config: Config, onWait?: () => void): Promise<DataSource> {
  for (let attempt = 1; ; attempt += 1) {
    const dataSource = migrationDataSource(config);
    try {
      await dataSource.initialize();
      await checkVersion(dataSource);
      return dataSource;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (!isUnavailable(error) || attempt === CONNECT_ATTEMPTS) throw error;
      if (attempt === 1) onWait?.();
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

async function checkVersion(dataSource: DataSource): Promise<void> {
  const runner: QueryRunner = dataSource.createQueryRunner();
  try {
    const [row] = (await runner.query('SHOW server_version_num')) as [
      { server_version_num: string },
    ];
    const major = Math.floor(Number(row.server_version_num) / 10_000);
    if (major < OLDEST_VERSION) {
      throw new UnsupportedDatabaseError(
        `PostgreSQL ${OLDEST_VERSION} or later is needed; DATABASE_URL leads to version ${major}.`,
      );
    }
  } finally {
    await runner.release();
  }
}
