import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { migrate, revert } from '../../src/common/database/migrate.js';
import { requireSupported } from '../../src/common/database/requirements.js';
import { PORTABLE_NEW_ID } from '../../src/common/database/migrations/1763600000000-new-id.js';
import { migrations } from '../../src/common/database/migrations/index.js';
import { startApp } from '../support/app.ts';
import { buildServer } from '../support/build.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { testConfig } from '../support/config.ts';
import { clientOf, Server, serverEnvironment } from '../support/server.ts';
import { createEmptyDatabase, databaseUrl, dropDatabase } from '../support/template.ts';
import { patience } from '../support/patience.ts';

let name: string;
let url: string;
let database: pg.Client;

beforeEach(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  url = await createEmptyDatabase(inject('postgresUrl'), name);
  database = new pg.Client({ connectionString: url });
  await database.connect();
});
afterEach(async () => {
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
});

/** The columns, constraints, indexes and functions, as PostgreSQL formats them. */
async function schema(): Promise<unknown[]> {
  const { rows } = await database.query(`
    SELECT format('column %s.%s %s %s %s', table_name, column_name, udt_name, is_nullable,
      column_default) AS line
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'migrations'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
    UNION ALL
    SELECT pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    ORDER BY line`);
  return rows;
}

test('all migrations can be applied, reverted to an empty schema, and applied to the same schema again', async () => {
  const config = testConfig({ DATABASE_URL: url });
  expect(await migrate(config)).toEqual(migrations.map((migration) => migration.name));
  const first = await schema();
  expect(first.length).toBeGreaterThan(50);

  for (const migration of migrations.toReversed()) {
    expect(await revert(config)).toBe(migration.name);
  }
  expect(await revert(config)).toBeUndefined();
  expect(await schema()).toEqual([]);

  await migrate(config);
  expect(await schema()).toEqual(first);
  expect(await migrate(config)).toEqual([]);
});

test('a migration that fails is named by the error, and TypeORM prints nothing', async () => {
  const print = vi.spyOn(console, 'log');
  await database.query('CREATE TABLE customers ()');
  await expect(migrate(testConfig({ DATABASE_URL: url }))).rejects.toMatchObject({
    message: expect.stringMatching(/^The migration Customers\d+ failed$/) as unknown,
    cause: { code: '42P07' },
  });
  expect(print).not.toHaveBeenCalled();
  print.mockRestore();
});

test('a database with another encoding than UTF8 is refused with advice', async () => {
  const other = `${name}_ascii`;
  await database.query(
    `CREATE DATABASE ${other} ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0`,
  );
  try {
    const config = testConfig({ DATABASE_URL: databaseUrl(url, other) });
    await expect(migrate(config)).rejects.toThrow(/encoding SQL_ASCII.* ENCODING 'UTF8'/);
  } finally {
    await dropDatabase(url, other);
  }
});

test('the migrations are in the order of their timestamps, each of which is unique', () => {
  const names = migrations.map((migration) => migration.name);
  const timestamps = names.map((migration) => Number(/[0-9]{13}$/.exec(migration)?.[0]));
  expect(timestamps).toEqual(timestamps.toSorted((a, b) => a - b));
  expect(new Set(timestamps).size).toBe(names.length);
});

test('the entities match the schema that the migrations create', async () => {
  const app = await startApp();
  try {
    const { driver } = app.app.nest.get(DataSource);
    const { upQueries } = await driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  } finally {
    await app.close();
  }
});

test('every timestamp has the precision of JavaScript: milliseconds', async () => {
  await migrate(testConfig({ DATABASE_URL: url }));
  const { rows } = await database.query(`
    SELECT table_name, column_name, data_type, datetime_precision FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type LIKE 'time%'
      AND (data_type, datetime_precision) <> ('timestamp with time zone', 3)`);
  expect(rows).toEqual([]);
});

describe('new_id()', () => {
  beforeEach(async () => {
    await migrate(testConfig({ DATABASE_URL: url }));
    await database.query(
      `CREATE FUNCTION portable_id() RETURNS uuid LANGUAGE sql VOLATILE
       AS $$ SELECT ${PORTABLE_NEW_ID} $$`,
    );
  });

  const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  test.each([
    ['the function of the server', 'new_id()'],
    ['the SQL function for servers before 18', 'portable_id()'],
  ])('%s creates UUIDs of version 7 in chronological order', async (_name, expression) => {
    const before = Date.now();
    const { rows } = await database.query<{ id: string; ms: number }>(`
      SELECT id, (extract(epoch FROM uuid_extract_timestamp(id)) * 1000)::float8 AS ms
      FROM (SELECT ${expression} AS id FROM generate_series(1, 5000)) made`);
    const after = Date.now();
    expect(rows.every(({ id }) => V7.test(id))).toBe(true);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(5_000);
    // PostgreSQL uses the clock of this machine. Rounding costs up to a millisecond.
    expect(rows.every(({ ms }) => ms >= before - 1 && ms <= after + 1)).toBe(true);
    const times = rows.map(({ id }) => id.slice(0, 13));
    expect(times).toEqual(times.toSorted());
  });

  test('gives a later transaction a larger id', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      const { rows } = await database.query<{ id: string }>(
        'SELECT new_id() AS id, pg_sleep(0.002)',
      );
      ids.push(rows[0]?.id ?? '');
    }
    expect(ids).toEqual(ids.toSorted());
  });
});

test.each(['140000', '180001'])('PostgreSQL %s is supported', (version) => {
  expect(() => requireSupported(version)).not.toThrow();
});

test.each(['130022', '90624'])('PostgreSQL %s is refused with the required version', (version) => {
  expect(() => requireSupported(version)).toThrow(/^PostgreSQL 14 or later is required/);
});

describe('the built server', () => {
  let servers: Server[] = [];
  beforeAll(async () => {
    await buildServer();
  }, patience(180_000));
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    servers = [];
  });

  function start(variables: Record<string, string> = {}): Server {
    const server = new Server(serverEnvironment({ DATABASE_URL: url, ...variables }));
    servers.push(server);
    return server;
  }

  const run = async (command: string): Promise<string> => {
    const script = join(await buildServer(), 'cli/migrate.js');
    const env = { ...COMPILE_CACHE, ...serverEnvironment({ DATABASE_URL: url }) };
    return (await promisify(execFile)(process.execPath, [script, command], { env })).stdout;
  };

  test('starts four times at once on an empty database, and each migration runs once', async () => {
    const admin = { ADMIN_USERNAME: 'root', ADMIN_PASSWORD: 'correct horse battery staple' };
    const clients = await Promise.all([1, 2, 3, 4].map(() => clientOf(start(admin))));
    for (const client of clients) {
      // A check has little time, which a busy machine may exceed while four servers start.
      await expect.poll(async () => (await client.get('/health/ready')).status).toBe(200);
    }
    const { rows } = await database.query('SELECT name FROM migrations ORDER BY timestamp');
    expect(rows).toEqual(migrations.map((migration) => ({ name: migration.name })));
    const admins = await database.query('SELECT username FROM users');
    expect(admins.rows).toEqual([{ username: 'root' }]);
  });

  test('with MIGRATIONS=manual refuses an older schema and changes nothing', async () => {
    const server = start({ MIGRATIONS: 'manual' });
    expect(await server.exited).toBe(1);
    const { err } = server.log.at(-1) as { err?: { message: string } };
    expect(err?.message).toMatch(/npm run db:migrate/);
    expect(
      (await database.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).rowCount,
    ).toBe(0);
  });

  test(
    'prints what db:migrate, db:generate and db:revert did',
    async () => {
      expect(await run('migrate')).toMatch(/^Migrated: NewId1763600000000, .*\n$/);
      expect(await run('migrate')).toBe('Nothing to migrate.\n');
      expect(await run('generate')).toBe('-- The schema equals the entities.\n');
      await clientOf(start({ MIGRATIONS: 'manual' }));
      await database.query('ALTER TABLE customers DROP COLUMN language');
      expect(await run('generate')).toMatch(/ALTER TABLE "customers" ADD "language" text;/);
      expect(await run('revert')).toBe(`Reverted: ${migrations.at(-1)?.name}\n`);
    },
    patience(120_000),
  ); // six processes in sequence
});
