import { DataSource, getMetadataArgsStorage } from 'typeorm';
import '../app.module.js'; // knows every entity
import {
  ConfigError,
  type DatabaseConfig,
  EXIT_CONFIG,
  readDatabaseConfig,
} from '../common/config/config.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { migrate, revert, type WaitReason } from '../common/database/migrate.js';

const USAGE = 'Usage: node dist/cli/migrate.js migrate | revert | generate';

/** `npm run db:migrate`, `db:revert` and `db:generate`. */
async function main(): Promise<void> {
  const work = { migrate: migrateAll, revert: revertLast, generate }[process.argv[2] ?? ''];
  if (!work) throw new Error(USAGE);
  await work(readDatabaseConfig());
}

const WAITING: Readonly<Record<WaitReason, string>> = {
  unreachable: 'PostgreSQL is not reachable yet; waiting.',
  locked: 'Another process is migrating the database; waiting.',
};

async function migrateAll(config: DatabaseConfig): Promise<void> {
  const names = await migrate(config, (reason) => say(WAITING[reason]));
  say(names.length === 0 ? 'Nothing to migrate.' : `Migrated: ${names.join(', ')}`);
}

async function revertLast(config: DatabaseConfig): Promise<void> {
  const name = await revert(config);
  say(name === undefined ? 'Nothing to revert.' : `Reverted: ${name}`);
}

/** Prints the SQL from the schema to the entities, a draft for a new migration. */
async function generate(config: DatabaseConfig): Promise<void> {
  const entities = getMetadataArgsStorage().tables.map(({ target }) => target);
  const dataSource = await new DataSource({ ...dataSourceOptions(config), entities }).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    if (upQueries.length === 0) say('-- The schema is as the entities say.');
    for (const { query } of upQueries) say(`${query};`);
  } finally {
    await dataSource.destroy();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
});
