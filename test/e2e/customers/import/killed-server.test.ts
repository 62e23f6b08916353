import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { beforeAll, describe, expect, inject, test, type TestContext } from 'vitest';
import { PASSWORD } from '../../../support/app.ts';
import { buildServer } from '../../../support/build.ts';
import { eventually } from '../../../support/eventually.ts';
import type { Client } from '../../../support/client.ts';
import { importEnd, upload } from '../../../support/imports.ts';
import { type CommandResult, runImportCommand } from '../../../support/import-command.ts';
import { clientOf, Server, serverEnvironment } from '../../../support/server.ts';
import { createDatabase, dropDatabase } from '../../../support/template.ts';
import { patience } from '../../../support/patience.ts';
import { openPool } from '../../../support/pool.ts';

const ADMIN = { username: 'root-of-all', password: PASSWORD };

beforeAll(async () => {
  await buildServer();
}, patience(180_000));

/** A database with the servers and commands that use it. */
class Scene {
  private readonly servers: Server[] = [];

  private constructor(
    private readonly name: string,
    readonly environment: Record<string, string | undefined>,
    readonly database: pg.Pool,
    private readonly folder: string,
  ) {}

  static async create({ onTestFinished }: TestContext): Promise<Scene> {
    const name = `test_${randomBytes(8).toString('hex')}`;
    const url = await createDatabase(inject('postgresUrl'), name);
    const database = openPool(url, 3);
    const environment = serverEnvironment({
      DATABASE_URL: url,
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_PASSWORD: PASSWORD,
      LOG_LEVEL: 'info',
    });
    const folder = await mkdtemp(join(tmpdir(), 'import-'));
    const scene = new Scene(name, environment, database, folder);
    onTestFinished(() => scene.remove());
    return scene;
  }

  async start(): Promise<{ server: Server; client: Client; token: string }> {
    const server = new Server(this.environment);
    this.servers.push(server);
    const client = await clientOf(server);
    const { body } = await client.post('auth/login', ADMIN);
    return { server, client, token: body.access_token };
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.database.query<Record<string, unknown>>(sql)).rows;
  }

  run(args: string[], input = ''): Promise<CommandResult> {
    return runImportCommand(this.environment, args, input);
  }

  async file(fileName: string, content: string): Promise<string> {
    const path = join(this.folder, fileName);
    await writeFile(path, content);
    return path;
  }

  private async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.database.end();
    await dropDatabase(inject('postgresUrl'), this.name);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function lines(count: number): string {
  const ids = Array.from({ length: count }, (_, index) => `K-${index}`);
  return `external_id\n${ids.join('\n')}\n`;
}

// Concurrent, because each test waits until the lease of a killed server expires.
describe.concurrent('POST /customers/import to a server that is killed', () => {
  test('during the upload fails the import and deletes its rows', async (context) => {
    const scene = await Scene.create(context);
    const { server, client, token } = await scene.start();
    const sending = request(`${client.url}/api/v1/customers/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    });
    sending.on('error', () => undefined);
    sending.write(lines(200_000));
    const hasRows = async () =>
      (await scene.rows('SELECT FROM customer_import_rows LIMIT 1')).length > 0;
    await eventually(hasRows, 'a row of the import');
    await server.kill();
    sending.destroy();
    await expectInterrupted(scene, 0);
  });

  test.for([
    ['abort', 0],
    ['skip', 10_000],
  ] as const)('during the merge with %s keeps %i customers', async ([onError, kept], context) => {
    const scene = await Scene.create(context);
    const { server, client, token } = await scene.start();
    // An uncommitted insert delays the second chunk.
    const blocker = await scene.database.connect();
    await blocker.query('BEGIN');
    await blocker.query(`INSERT INTO customers (external_id) VALUES ('K-15000')`);
    const { body } = await upload(client, token, 'csv', lines(20_000), `on_error=${onError}`);
    const processed = async (): Promise<number> =>
      (await client.get(`customers/imports/${body.id}`, { token })).body.processed;
    await eventually(async () => (await processed()) === 10_000, 'the merge of the first chunk');
    await server.kill();
    await blocker.query('ROLLBACK');
    blocker.release();
    await expectInterrupted(scene, kept);
  });

  /** Expects the next server to fail the import after the lease of the killed one has expired. */
  async function expectInterrupted(scene: Scene, kept: number): Promise<void> {
    const rows = (sql: string) => scene.rows(sql);
    const { client, token } = await scene.start();
    const [row] = await rows('SELECT id FROM customer_imports');
    const result = await importEnd(client, token, String(row?.['id']));
    expect(result).toMatchObject({
      status: 'failed',
      created: kept,
      finished_at: expect.any(String),
      error: { code: 'interrupted' },
    });
    const isStaged = 'SELECT FROM customer_imports WHERE is_staged';
    await eventually(async () => (await rows(isStaged)).length === 0, 'an empty staging table');
    expect(await rows('SELECT FROM customer_import_rows')).toEqual([]);
    expect(await rows('SELECT FROM customers')).toHaveLength(kept);
    const created = `SELECT FROM audit_events WHERE action = 'customer_created'`;
    expect(await rows(created)).toHaveLength(kept);
  }
});

test('SIGTERM fails a running POST /customers/import as interrupted', async (context) => {
  const scene = await Scene.create(context);
  const { server, client, token } = await scene.start();
  const blocker = await scene.database.connect();
  await blocker.query('BEGIN');
  await blocker.query(`INSERT INTO customers (external_id) VALUES ('K-5000')`);
  const { body } = await upload(client, token, 'csv', lines(20_000));
  server.signal('SIGTERM');
  await server.logged('The service is stopping');
  await blocker.query('ROLLBACK');
  blocker.release();
  expect(await server.exited).toBe(0);
  const [row] = await scene.rows('SELECT id, status, error_code, is_staged FROM customer_imports');
  expect(row).toEqual({
    id: body.id,
    status: 'failed',
    error_code: 'interrupted',
    is_staged: false,
  });
  expect(await scene.rows('SELECT FROM customers')).toEqual([]);
});

describe('npm run customers:import', () => {
  test('imports a file and prints a summary', async (context) => {
    const scene = await Scene.create(context);
    const path = await scene.file('customers.csv', 'external_id,name\nS-1,Ada\nS-2,Grace\n');
    const { code, output, errors } = await scene.run([path]);
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(output).toMatch(/^Import [0-9a-f-]{36} succeeded\n/);
    expect(output).toMatch(/rows +2\n +created +2\n/);
    expect(await scene.rows('SELECT name FROM customers ORDER BY id')).toEqual([
      { name: 'Ada' },
      { name: 'Grace' },
    ]);
    const [job] = await scene.rows('SELECT status, actor_id, is_staged FROM customer_imports');
    expect(job).toEqual({ status: 'succeeded', actor_id: null, is_staged: false });
  });

  test('prints the errors with their lines and exits with 1', async (context) => {
    const scene = await Scene.create(context);
    const path = await scene.file('customers.json', '[{"name":"Ada"},{"name":"Grace","dob":"x"}]');
    const { code, output } = await scene.run([path]);
    expect(code).toBe(1);
    expect(output).toContain('1 row was refused, so nothing was imported.');
    expect(output).toContain('line 2, dob: must be a calendar date, YYYY-MM-DD');
    expect(await scene.rows('SELECT FROM customers')).toEqual([]);
  });

  test('reads standard input and accepts the parameters of the API as options', async (context) => {
    const scene = await Scene.create(context);
    const args = ['-', '--format', 'ndjson', '--mode', 'upsert', '--on-error', 'skip', '--dry-run'];
    const { code, output } = await scene.run(args, '{"name":"Ada"}\n{"nam":"Grace"}\n');
    expect(code).toBe(2);
    expect(output).toContain('dry run: nothing was changed');
    expect(output).toMatch(/created +1\n[^]*refused +1\n/);
    expect(await scene.rows('SELECT FROM customers')).toEqual([]);
  });
});
