import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { type DatabaseConfig, readDatabaseConfig } from '../common/config/config.js';
import { connectionProblem } from '../common/database/connection-problem.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { migrate, MigrationError, revert, type WaitReason } from '../common/database/migrate.js';
import { messageOf, runCommand, UsageError } from './command.js';

const USAGE = `Usage: node dist/cli/migrate.js <command>
  migrate   applies the pending migrations
  revert    reverts the newest migration: its data is lost
  generate  prints the SQL that changes the schema to the entities`;

/** `npm run db:migrate`, `db:revert` and `db:generate`. */
async function main([command = '', ...rest]: string[]): Promise<number> {
  if (command === '--help' || command === '-h') {
    say(USAGE);
    return 0;
  }
  const work = WORK.get(command);
  if (!work || rest.length > 0) throw new UsageError(USAGE);
  const config = readDatabaseConfig();
  try {
    await work(config);
    return 0;
  } catch (error) {
    const problem = connectionProblem(error, config.databaseUrl) ?? migrationProblem(error);
    throw problem === undefined ? error : new Error(problem, { cause: error });
  }
}

const WORK = new Map([
  ['migrate', migrateAll],
  ['revert', revertLast],
  ['generate', generate],
]);

const WAITING: Readonly<Record<WaitReason, string>> = {
  unreachable: 'PostgreSQL is not reachable yet; waiting.',
  read_only: 'PostgreSQL is read-only, perhaps a standby; waiting for a primary.',
  locked: 'Another process is migrating the database; waiting.',
};

async function migrateAll(config: DatabaseConfig): Promise<void> {
  const names = await migrate(config, (reason, error) => {
    const cause = connectionProblem(error, config.databaseUrl);
    say([WAITING[reason], cause].filter(Boolean).join(' '));
  });
  say(names.length === 0 ? 'Nothing to migrate.' : `Migrated: ${names.join(', ')}`);
}

async function revertLast(config: DatabaseConfig): Promise<void> {
  const name = await revert(config);
  say(name === undefined ? 'Nothing to revert.' : `Reverted: ${name}`);
}

/** Prints the SQL that changes the schema to the entities, as a draft for a new migration. */
async function generate(config: DatabaseConfig): Promise<void> {
  await import('../app.module.js'); // knows every entity; the other commands start faster without it
  const entities = getMetadataArgsStorage().tables.map(({ target }) => target);
  const dataSource = await new DataSource({ ...dataSourceOptions(config), entities }).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    if (upQueries.length === 0) say('-- The schema equals the entities.');
    for (const { query } of upQueries) say(`${query};`);
  } finally {
    await dataSource.destroy();
  }
}

function migrationProblem(error: unknown): string | undefined {
  return error instanceof MigrationError
    ? `${error.message}: ${messageOf(error.cause)}`
    : undefined;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runCommand(main);
