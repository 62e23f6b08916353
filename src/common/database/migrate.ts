import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { migrationDataSource } from './data-source.js';
import { isUnavailable } from './database-errors.js';
import { migrations } from './migrations/index.js';
import { checkRequirements, ReadOnlyDatabaseError } from './requirements.js';

/** The key of the lock, the same in every instance: "CUAPI" in ASCII. */
const ADVISORY_LOCK = 0x4355415049;
const CONNECT_ATTEMPTS = 30;
const RETRY_DELAY = 1_000;

class PendingMigrationsError extends Error {}
/** Names the migration that failed. The cause says why. */
export class MigrationError extends Error {}

/** Why the start waits: PostgreSQL is unreachable or read-only, or another instance is migrating. */
export type WaitReason = 'unreachable' | 'read_only' | 'locked';
type OnWait = ((reason: WaitReason, error?: unknown) => void) | undefined;

/**
 * Applies the pending migrations under an advisory lock. Of several instances that start together, one
 * migrates and the others then find no pending migration.
 *
 * @param onWait called when the migration must wait: up to 30 seconds for a writable PostgreSQL, and as
 *   long as another instance migrates
 * @returns the names of the applied migrations
 */
export async function migrate(config: DatabaseConfig, onWait?: OnWait): Promise<string[]> {
  return withMigrations(config, onWait, async (dataSource) => {
    try {
      const applied = await dataSource.runMigrations({ transaction: 'each' });
      return applied.map(({ name }) => name);
    } catch (error) {
      const name = await nextMigration(dataSource).catch(() => undefined);
      throw name === undefined
        ? error
        : new MigrationError(`The migration ${name} failed`, { cause: error });
    }
  });
}

/** Reverts the newest migration. @returns its name, or undefined when none is left */
export async function revert(config: DatabaseConfig): Promise<string | undefined> {
  return withMigrations(config, undefined, async (dataSource) => {
    const newest = await newestMigration(dataSource);
    if (newest !== undefined) await dataSource.undoLastMigration({ transaction: 'each' });
    return newest;
  });
}

/**
 * For `MIGRATIONS=manual`: waits for PostgreSQL and changes nothing in it.
 *
 * @throws PendingMigrationsError when the database lacks migrations of this server
 */
export async function awaitDatabase(config: DatabaseConfig, onWait?: OnWait): Promise<void> {
  const dataSource = await connect(config, onWait);
  try {
    const newest = await newestMigration(dataSource);
    const needed = migrations.at(-1)?.name;
    if (timestampOf(newest) >= timestampOf(needed)) return;
    throw new PendingMigrationsError(
      'The database lacks migrations of this version: npm run db:migrate, or MIGRATIONS=auto.',
    );
  } finally {
    await dataSource.destroy();
  }
}

async function newestMigration(dataSource: DataSource): Promise<string | undefined> {
  const [table] = await dataSource.query<[{ exists: boolean }]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS exists`,
  );
  if (!table.exists) return undefined;
  const rows = await dataSource.query<{ name: string }[]>(
    'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1',
  );
  return rows[0]?.name;
}

async function nextMigration(dataSource: DataSource): Promise<string | undefined> {
  const newest = timestampOf(await newestMigration(dataSource));
  return migrations.map(({ name }) => name).find((name) => timestampOf(name) > newest);
}

/** The names of migrations end in their timestamp. */
function timestampOf(name = ''): number {
  return Number(/[0-9]{13}$/.exec(name)?.[0] ?? 0);
}

async function withMigrations<T>(
  config: DatabaseConfig,
  onWait: OnWait,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await connect(config, onWait);
  const lock = dataSource.createQueryRunner();
  try {
    await takeLock(lock, onWait);
    return await work(dataSource);
  } finally {
    if (lock.isTransactionActive) await lock.rollbackTransaction().catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}

/**
 * Takes the lock in a transaction, which stays open while the migrations run on another connection. A
 * session-level lock would stay on a connection that PgBouncer gives to another client.
 *
 * CREATE INDEX CONCURRENTLY waits for every older snapshot. Therefore a waiting instance polls and holds
 * no transaction between two polls. The statement has no parameters, because a statement with parameters
 * keeps its snapshot until the transaction ends.
 */
async function takeLock(lock: QueryRunner, onWait: OnWait): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await lock.startTransaction();
    const [{ isTaken }] = (await lock.query(
      `SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCK}) AS "isTaken"`,
    )) as [{ isTaken: boolean }];
    if (isTaken) return;
    await lock.rollbackTransaction();
    if (attempt === 1) onWait?.('locked');
    await sleep(RETRY_DELAY);
  }
}

async function connect(config: DatabaseConfig, onWait?: OnWait): Promise<DataSource> {
  let reported: WaitReason | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const dataSource = migrationDataSource(config);
    try {
      await dataSource.initialize();
      await checkRequirements(dataSource, config);
      return dataSource;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (!isUnavailable(error) || attempt === CONNECT_ATTEMPTS) throw error;
      const reason = error instanceof ReadOnlyDatabaseError ? 'read_only' : 'unreachable';
      if (reason !== reported) onWait?.(reason, error);
      reported = reason;
      await sleep(RETRY_DELAY);
    }
  }
}
