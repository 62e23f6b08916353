import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { PASSWORD } from '../../../support/app.ts';
import { buildServer } from '../../../support/build.ts';
import type { Client } from '../../../support/client.ts';
import { importEnd, upload } from '../../../support/imports.ts';
import { runImportCommand } from '../../../support/import-command.ts';
import { clientOf, Server, serverEnvironment } from '../../../support/server.ts';
import { createDatabase, dropDatabase } from '../../../support/template.ts';
import { patience } from '../../../support/patience.ts';

const ADMIN = { username: 'root-of-all', password: PASSWORD };

let name: string;
let environment: Record<string, string | undefined>;
let database: pg.Pool;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
  await buildServer();
}, patience(180_000));

beforeEach(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(inject('postgresUrl'), name);
  database = new pg.Pool({ connectionString: url, max: 3 });
  database.on('error', () => undefined);
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  environment = serverEnvironment({
    DATABASE_URL: url,
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: PASSWORD,
    LOG_LEVEL: 'info',
  });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<{ server: Server; client: Client; token: string }> {
  const server = new Server(environment);
  servers.push(server);
  const client = await clientOf(server);
  const { body } = await client.post('auth/login', ADMIN);
  return { server, client, token: body.access_token };
}

const rows = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await database.query<Record<string, unknown>>(sql)).rows;

function lines(count: number): string {
  const ids = Array.from({ length: count }, (_, index) => `K-${index}`);
  return `external_id\n${ids.join('\n')}\n`;
}

describe('POST /customers/import to a server that is killed', () => {
  test('while a file comes in: the import fails, its rows are gone', async () => {
    const { server, client, token } = await start();
    const sending = request(`${client.url}/api/v1/customers/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    });
    sending.on('error', () => undefined);
    sending.write(lines(200_000));
    await expect.poll(() => rows('SELECT FROM customer_import_rows LIMIT 1')).toHaveLength(1);
    await server.kill();
    sending.destroy();
    await expectGivenUp(0);
  });

  test.each([
    ['abort', 0],
    ['skip', 10_000],
  ])('in the middle of a merge with %s: %i customers stay', async (onError, left) => {
    const { server, client, token } = await start();
    // An insert that is not committed holds the second chunk up.
    const blocker = await database.connect();
    await blocker.query('BEGIN');
    await blocker.query(`INSERT INTO customers (external_id) VALUES ('K-15000')`);
    const { body } = await upload(client, token, 'csv', lines(20_000), `on_error=${onError}`);
    await expect
      .poll(
        async () => (await client.get(`customers/imports/${body.id}`, { token })).body.processed,
      )
      .toBe(10_000);
    await server.kill();
    await blocker.query('ROLLBACK');
    blocker.release();
    await expectGivenUp(left);
  });

  /** By the next server, when the lease of the dead one has run out. */
  async function expectGivenUp(left: number): Promise<void> {
    const { client, token } = await start();
    const [row] = await rows('SELECT id FROM customer_imports');
    const result = await importEnd(client, token, String(row?.['id']));
    expect(result).toMatchObject({
      status: 'failed',
      created: left,
      finished_at: expect.any(String),
      error: { code: 'interrupted' },
    });
    await expect.poll(() => rows('SELECT FROM customer_imports WHERE is_staged')).toEqual([]);
    expect(await rows('SELECT FROM customer_import_rows')).toEqual([]);
    expect(await rows('SELECT FROM customers')).toHaveLength(left);
    const created = `SELECT FROM audit_events WHERE action = 'customer_created'`;
    expect(await rows(created)).toHaveLength(left);
  }
});

test('SIGTERM ends an import at once, and says so', async () => {
  const { server, client, token } = await start();
  const blocker = await database.connect();
  await blocker.query('BEGIN');
  await blocker.query(`INSERT INTO customers (external_id) VALUES ('K-5000')`);
  const { body } = await upload(client, token, 'csv', lines(20_000));
  server.signal('SIGTERM');
  await server.logged('The service is stopping');
  await blocker.query('ROLLBACK');
  blocker.release();
  expect(await server.exited).toBe(0);
  const [row] = await rows('SELECT id, status, error_code, is_staged FROM customer_imports');
  expect(row).toEqual({
    id: body.id,
    status: 'failed',
    error_code: 'interrupted',
    is_staged: false,
  });
  expect(await rows('SELECT FROM customers')).toEqual([]);
});

describe('npm run customers:import', () => {
  const run = (args: string[], input = '') => runImportCommand(environment, args, input);

  async function file(fileName: string, content: string): Promise<string> {
    const path = join(folder, fileName);
    await writeFile(path, content);
    return path;
  }

  test('imports a file and sums it up', async () => {
    const path = await file('customers.csv', 'external_id,name\nS-1,Ada\nS-2,Grace\n');
    const { code, output, errors } = await run([path]);
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(output).toMatch(/^Import [0-9a-f-]{36} succeeded\n/);
    expect(output).toMatch(/rows +2\n +created +2\n/);
    expect(await rows('SELECT name FROM customers ORDER BY id')).toEqual([
      { name: 'Ada' },
      { name: 'Grace' },
    ]);
    const [job] = await rows('SELECT status, actor_id, is_staged FROM customer_imports');
    expect(job).toEqual({ status: 'succeeded', actor_id: null, is_staged: false });
  });

  test('tells what was wrong, by line, and ends with 1', async () => {
    const path = await file('customers.json', '[{"name":"Ada"},{"name":"Grace","dob":"x"}]');
    const { code, output } = await run([path]);
    expect(code).toBe(1);
    expect(output).toContain('1 row was refused, so nothing was imported.');
    expect(output).toContain('line 2, dob: must be a calendar date, YYYY-MM-DD');
    expect(await rows('SELECT FROM customers')).toEqual([]);
  });

  test('reads standard input, and takes the options of the API', async () => {
    const args = ['-', '--format', 'ndjson', '--mode', 'upsert', '--on-error', 'skip', '--dry-run'];
    const { code, output } = await run(args, '{"name":"Ada"}\n{"nam":"Grace"}\n');
    expect(code).toBe(2);
    expect(output).toContain('dry run: nothing was changed');
    expect(output).toMatch(/created +1\n[^]*refused +1\n/);
    expect(await rows('SELECT FROM customers')).toEqual([]);
  });
});
