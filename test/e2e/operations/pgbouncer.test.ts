import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isLong } from '../../faults/form.ts';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import type { Client } from '../../support/client.ts';
import { testConfig } from '../../support/config.ts';
import { importFile } from '../../support/imports.ts';
import { patience, SLOWNESS } from '../../support/patience.ts';
import {
  canPrepare,
  findPgBouncer,
  FOR_PREPARED_STATEMENTS,
  type PgBouncer,
  startPgBouncer,
} from '../../support/pgbouncer.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { SessionMaker } from '../../support/sessions.ts';
import { createEmptyDatabase, dropDatabase } from '../../support/template.ts';
import { openPool } from '../../support/pool.ts';

const binary = await findPgBouncer();
if (binary === undefined) {
  console.warn('PgBouncer is not installed and cannot be installed: its tests do not run.');
}

const WAITING = 'Another instance is migrating the database; waiting';

/** Clients of each instance. A slow machine answers fewer of them within the time limits. */
const CLIENTS = isLong ? 60 : Math.ceil(6 / SLOWNESS);
const VISITS = isLong ? 15 : 3;

/** Sends a create, an update, and several reads. @returns the failed answers */
async function visit(client: Client, token: string, externalId: string): Promise<string[]> {
  const created = await client.post('customers', { external_id: externalId }, { token });
  const { id } = created.body as { id?: string };
  const answers = [
    created,
    await client.get(`customers/${id}`, { token }),
    await client.patch(`customers/${id}`, { name: `Name of ${externalId}` }, { token }),
    await client.get('customers?country=GB&limit=5', { token }),
    await client.get('users/me', { token }),
  ];
  const wrong = answers.filter(({ status }) => status !== 200 && status !== 201);
  return wrong.map(({ status, text }) => `${status} ${text}`);
}

/** Transaction mode with the default settings of distributions. */
describe.runIf(binary !== undefined)('behind PgBouncer in transaction mode', () => {
  let pgBouncer: PgBouncer;
  beforeAll(async () => {
    pgBouncer = await startPgBouncer(binary ?? '', inject('postgresUrl'));
  }, patience(60_000));
  afterAll(() => pgBouncer.stop());

  describe('with DATABASE_PREPARED=off', () => {
    let direct: TestApp;
    let apps: TestApp[];
    let admin: Account;
    beforeAll(async () => {
      direct = await startApp();
      admin = await direct.account('admin');
      const { username, pathname } = new URL(direct.databaseUrl);
      const role = `ALTER ROLE ${username} IN DATABASE ${pathname.slice(1)} SET`;
      await direct.query(`${role} statement_timeout = '5s'`);
      await direct.query(`${role} lock_timeout = '500ms'`);
      await direct.query(`${role} idle_in_transaction_session_timeout = '10s'`);
      const variables = {
        DATABASE_URL: pgBouncer.urlOf(direct.databaseUrl),
        DATABASE_PREPARED: 'off',
      };
      apps = await Promise.all([
        startSecondInstance(direct, variables),
        startSecondInstance(direct, { ...variables, REDIS_URL: '' }),
      ]);
    });
    afterAll(async () => {
      await Promise.all(apps.map((app) => app.close()));
      await direct.close();
    });

    test('hundreds of concurrent requests of every kind are answered', async () => {
      const { token } = admin;
      const wrong: string[] = [];
      const queue = Array.from({ length: 60 }, (_, at) => at);
      const worker = async (): Promise<void> => {
        for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
          wrong.push(...(await visit(apps[at % 2] as TestApp, token, `B-${at}`)));
        }
      };
      // A slow machine answers fewer concurrent requests within the time limits of the service.
      await Promise.all(Array.from({ length: Math.ceil(60 / SLOWNESS) }, worker));
      expect(wrong).toEqual([]);
      // Counts are limited per account, so they are requested one after the other.
      for (const app of apps) {
        expect((await app.get('customers?count=exact', { token })).body.page.total).toBe(60);
      }
    });

    test('PATCH /customers/{id} is not executed after a 503', async () => {
      const [one] = apps as [TestApp];
      const { token } = admin;
      const created = await one.post('customers', { name: 'Before' }, { token });
      const { id } = created.body as { id: string };
      const blocker = await direct.database.connect();
      try {
        await blocker.query('BEGIN');
        await blocker.query('SELECT FROM customers WHERE id = $1 FOR UPDATE', [id]);
        const patched = await one.send('PATCH', `customers/${id}`, {
          token,
          body: { name: 'After' },
        });
        expect(patched.status).toBe(503);
        const waiting = await direct.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toEqual([]);
        await blocker.query('COMMIT');
      } finally {
        blocker.release();
      }
      expect((await one.get(`customers/${id}`, { token })).body).toMatchObject({ name: 'Before' });
    });

    test('sessions are refreshed, listed and revoked', async () => {
      const [one, other] = apps as [TestApp, TestApp];
      const account = await direct.account();
      const refreshed = await one.post('auth/refresh', undefined, { token: account.refreshToken });
      expect(refreshed.status, refreshed.text).toBe(200);
      const token = (refreshed.body as { access_token: string }).access_token;
      expect((await other.get('users/me/sessions', { token })).status).toBe(200);
      expect((await one.post('auth/logout', undefined, { token })).status).toBe(204);
      expect([await one.isActive(token), await other.isActive(token)]).toEqual([false, false]);
    });

    test('an import checks its rows without the time limits of the role', async () => {
      const [one] = apps as [TestApp];
      await direct.query(`CREATE FUNCTION refuse_limits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('statement_timeout') <> '0' THEN RAISE 'limited'; END IF;
          RETURN NULL;
        END $$`);
      await direct.query(`CREATE TRIGGER refuse_limits BEFORE UPDATE ON customer_import_rows
        EXECUTE FUNCTION refuse_limits()`);
      try {
        const file = 'external_id,name\nL-1,One\nL-2,Two';
        for (const query of ['mode=upsert&dry_run=true', 'mode=insert', 'mode=upsert']) {
          const result = await importFile(one, admin.token, 'csv', file, query);
          expect(result, query).toMatchObject({ status: 'succeeded', processed: 2 });
        }
      } finally {
        await direct.query('DROP FUNCTION refuse_limits CASCADE');
      }
    });

    test('files are imported and exported', async () => {
      const [one] = apps as [TestApp];
      const rows = Array.from({ length: 3_000 }, (_, at) => `I-${at},Name ${at}`);
      const file = ['external_id,name', ...rows].join('\n');
      const result = await importFile(one, admin.token, 'csv', file, 'mode=upsert');
      expect(result).toMatchObject({ status: 'succeeded', created: 3_000 });
      const exported = await one.get('customers/export?format=ndjson', { token: admin.token });
      expect(exported.text.split('\n').length).toBeGreaterThan(3_000);
    });
  });

  describe('the built server', () => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    const servers: Server[] = [];
    let databaseUrl: string;
    beforeAll(async () => {
      await buildServer();
      databaseUrl = await createEmptyDatabase(inject('postgresUrl'), name);
    }, patience(120_000));
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await dropDatabase(inject('postgresUrl'), name);
    });

    /** Holds the lock of the migrations, as an instance does while it migrates. */
    async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        await client.query('SELECT pg_advisory_lock($1)', [0x4355415049]);
        return await work();
      } finally {
        await client.end();
      }
    }

    function start(variables: Record<string, string> = {}): Server {
      const url = pgBouncer.urlOf(databaseUrl);
      const server = new Server(serverEnvironment({ DATABASE_URL: url, ...variables }));
      servers.push(server);
      return server;
    }

    /** Sends requests once the instance listens. @returns the failed answers */
    async function load(server: Server, maker: SessionMaker): Promise<string[]> {
      const client = await clientOf(server);
      const users = await maker.users(CLIENTS);
      const sessions = await maker.sessions(users.map(({ id }) => id));
      const wrong = sessions.map(async ({ id, token }) => {
        const answers: string[] = [];
        for (let at = 0; at < VISITS; at += 1) {
          answers.push(...(await visit(client, token, `${id}-${at}`)));
        }
        return answers;
      });
      return (await Promise.all(wrong)).flat();
    }

    test(
      'four instances that start together on an empty database wait, log it, and answer every request',
      async () => {
        const settings = { DATABASE_PREPARED: 'off', RATE_LIMIT: 'off' };
        const four = await whileLocked(async () => {
          const starting = [1, 2, 3, 4].map(() => start(settings));
          await Promise.all(starting.map((server) => server.logged(WAITING)));
          return starting;
        });
        const database = openPool(databaseUrl, 2);
        const maker = new SessionMaker(database, testConfig({ DATABASE_URL: databaseUrl }));
        const wrong = await Promise.all(four.map((server) => load(server, maker)));
        await database.end();
        expect(wrong.flat()).toEqual([]);
        for (const client of await Promise.all(four.map((server) => clientOf(server)))) {
          expect((await client.get('/health/ready')).status).toBe(200);
        }
        const lines = four.flatMap(({ log }) => log.map(({ message }) => message));
        expect(lines.filter((line) => line.includes('ALTER ROLE'))).toHaveLength(4);
      },
      patience(120_000),
    );

    test('with DATABASE_PREPARED=on exits with 1 and names the setting to change', async () => {
      const server = start();
      expect(await server.exited).toBe(1);
      const { err } = server.log.at(-1) as { err?: { message: string } };
      expect(err?.message).toContain('DATABASE_PREPARED=off');
    });
  });
});

const isPreparing = binary !== undefined && (await canPrepare(binary));
if (!isPreparing) console.warn('PgBouncer is older than 1.21: no test of max_prepared_statements.');

describe.runIf(isPreparing)('behind PgBouncer with max_prepared_statements', () => {
  test('DATABASE_PREPARED=on: concurrent requests and an import are answered', async () => {
    const pgBouncer = await startPgBouncer(binary ?? '', inject('postgresUrl'), [
      ...FOR_PREPARED_STATEMENTS,
      'default_pool_size = 3', // so that each connection serves many clients
    ]);
    const direct = await startApp();
    const variables = {
      DATABASE_URL: pgBouncer.urlOf(direct.databaseUrl),
      DATABASE_PREPARED: 'on',
    };
    const apps = [
      await startSecondInstance(direct, variables),
      await startSecondInstance(direct, variables),
    ];
    try {
      const { token } = await direct.account('admin');
      const wrong: string[] = [];
      for (let round = 0; round < 6; round += 1) {
        const visits = Array.from({ length: 6 }, (_, at) =>
          visit(apps[at % 2] as TestApp, token, `P-${6 * round + at}`),
        );
        wrong.push(...(await Promise.all(visits)).flat());
      }
      expect(wrong).toEqual([]);
      const file = 'external_id,name\nQ-1,One\nQ-2,Two';
      const result = await importFile(apps[0] as TestApp, token, 'csv', file, 'mode=upsert');
      expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    } finally {
      for (const app of [...apps, direct]) await app.close();
      await pgBouncer.stop();
    }
  });
});
