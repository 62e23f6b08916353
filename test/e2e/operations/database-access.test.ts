import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DueRows } from '../../../src/common/database/due-rows.js';
import { deleteSome } from '../../../src/common/database/housekeeping.js';
import { awaitDatabase, migrate } from '../../../src/common/database/migrate.js';
import {
  PreparedStatementsClient,
  VARIED,
} from '../../../src/common/database/prepared-statements-client.js';
import { deleteNeverActivated } from '../../../src/users/user-expiry.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { type Certificates, makeCertificates, openssl } from '../../support/certificates.ts';
import { testConfig } from '../../support/config.ts';

let app: TestApp;
let admin: Account;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
  folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
  chmodSync(folder, 0o755);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

if (openssl === undefined) console.warn('openssl is not installed: the TLS tests do not run.');

describe.runIf(openssl !== undefined)('PostgreSQL over TLS with a private CA', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = makeCertificates(folder);
    const [row] = await app.query<{ data_directory: string }>('SHOW data_directory');
    const { uid, gid } = statSync(row?.data_directory ?? '');
    for (const file of [certificates.key, certificates.certificate]) chownSync(file, uid, gid);
    chmodSync(certificates.key, 0o600);
    await app.query(`ALTER SYSTEM SET ssl_cert_file = '${certificates.certificate}'`);
    await app.query(`ALTER SYSTEM SET ssl_key_file = '${certificates.key}'`);
    await app.query('ALTER SYSTEM SET ssl = on');
    await app.query('SELECT pg_reload_conf()');
  });
  afterAll(async () => {
    for (const name of ['ssl', 'ssl_cert_file', 'ssl_key_file']) {
      await app.query(`ALTER SYSTEM RESET ${name}`);
    }
    await app.query('SELECT pg_reload_conf()');
  });

  function urlWith(ca: string): string {
    const url = new URL(app.directUrl);
    url.searchParams.set('sslmode', 'verify-full');
    url.searchParams.set('sslrootcert', ca);
    return url.href;
  }

  test('encrypts the connections of every pool', async () => {
    const instance = await startSecondInstance(app, { DATABASE_URL: urlWith(certificates.ca) });
    try {
      expect((await instance.get('users/me', admin)).status).toBe(200);
      expect((await instance.get('customers/export', admin)).status).toBe(200);
      expect((await instance.get('/health/ready')).status).toBe(200);
      const connections = await app.query<{ name: string }>(
        `SELECT application_name AS name FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
         WHERE datname = current_database() AND ssl`,
      );
      expect(new Set(connections.map(({ name }) => name))).toEqual(
        new Set([
          'customer-api',
          'customer-api-sessions',
          'customer-api-exports',
          'customer-api-readiness',
        ]),
      );
    } finally {
      await instance.close();
    }
  });

  test('refuses a server with a certificate of another CA', async () => {
    const config = testConfig({ DATABASE_URL: urlWith(certificates.otherCa) });
    await expect(migrate(config)).rejects.toThrow(/certificate|signature/);
  });
});

test('new connections use a password that has changed in DATABASE_URL_FILE', async () => {
  const role = `rotating_${process.pid}`;
  const file = join(folder, 'database-url');
  const setPassword = async (password: string): Promise<void> => {
    await app.query(`ALTER ROLE ${role} PASSWORD '${password}'`);
    const url = new URL(app.directUrl);
    [url.username, url.password] = [role, password];
    writeFileSync(file, `${url.href}\n`, { mode: 0o600 });
  };
  await app.query(`CREATE ROLE ${role} LOGIN SUPERUSER`);
  try {
    await setPassword('first-Vn4kW8xQ');
    const variables = { DATABASE_URL: '', DATABASE_URL_FILE: file };
    const instance = await startSecondInstance(app, variables);
    try {
      await setPassword('second-2rT7yB1m');
      await app.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
        role,
      ]);
      await expect.poll(async () => (await instance.get('users/me', admin)).status).toBe(200);
      expect((await instance.get('customers?limit=1', admin)).status).toBe(200);
    } finally {
      await instance.close();
    }
  } finally {
    await app.query(`DROP ROLE ${role}`);
  }
});

describe('defaults of the database', () => {
  const name = () => new URL(app.directUrl).pathname.slice(1);
  const set = (setting: string, value: string) =>
    app.query(`ALTER DATABASE "${name()}" SET ${setting} = '${value}'`);
  afterEach(() => app.query(`ALTER DATABASE "${name()}" RESET ALL`));

  test('do not change the dates and times of responses, exports and the history', async () => {
    const body = { external_id: 'D-1', dob: '1990-04-03' };
    const created = await app.post('customers', body, admin);
    await set('DateStyle', 'SQL, DMY');
    await set('TimeZone', 'Asia/Kathmandu');
    await set('standard_conforming_strings', 'off');
    const instance = await startSecondInstance(app);
    try {
      const path = `customers/${created.body.id}`;
      expect((await instance.get(path, admin)).body).toEqual(created.body);
      expect((await instance.get('customers?n=1&external_id=D-1', admin)).body.data).toEqual([
        created.body,
      ]);
      const csv = await instance.get('customers/export?external_id=D-1', admin);
      expect(csv.text).toContain(',1990-04-03,');
      expect(csv.text).toContain(`,${created.body.created_at},`);
      await instance.patch(path, { dob: '1990-05-04' }, admin);
      const history = await instance.get(`${path}/history`, admin);
      expect(history.body.data[0].details.changes).toEqual({
        dob: { from: '1990-04-03', to: '1990-05-04' },
      });
    } finally {
      await instance.close();
    }
  });

  test.each(['repeatable read', 'serializable'])(
    'stop the start with advice when the isolation is %s',
    async (isolation) => {
      await set('default_transaction_isolation', isolation);
      const config = testConfig({ DATABASE_URL: app.directUrl });
      await expect(migrate(config)).rejects.toThrow(
        `default_transaction_isolation = '${isolation}'`,
      );
      await expect(awaitDatabase(config)).rejects.toThrow("needs 'read committed'");
    },
  );
});

test('lists with many different limits leave names for the statements of other routes', async () => {
  for (let limit = 1; limit <= 80; limit += 1) {
    const queries = ['sort=name', 'sort=-dob', 'sort=updated_at', 'country=GB'];
    await Promise.all(queries.map((query) => app.get(`customers?${query}&limit=${limit}`, admin)));
  }
  const client = new PreparedStatementsClient({ connectionString: app.directUrl });
  await client.connect();
  try {
    const run = (text: string, values?: string[]) =>
      client.query(text, values) as Promise<{ rows: unknown[] }>;
    await run(`${VARIED} SELECT $1::text AS another_list`, ['x']);
    await run('SELECT $1::text AS another_route', ['x']);
    const { rows } = await run('SELECT statement FROM pg_prepared_statements');
    expect(rows).toEqual([{ statement: 'SELECT $1::text AS another_route' }]);
  } finally {
    await client.end();
  }
});

describe('a batch of locked rows', () => {
  const LIMIT = 2;
  const CHOICES = ['hashagg', 'hashjoin', 'mergejoin', 'sort', 'material'];

  /** Uses the plan that PostgreSQL caches for a table that is empty most of the time. */
  async function withSimplePlan(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await app.database.connect();
    try {
      await client.query('BEGIN');
      for (const choice of CHOICES) await client.query(`SET LOCAL enable_${choice} = off`);
      await work(client);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  const addMessages = `INSERT INTO outbox (kind, identifier, due_at)
    SELECT 'unknown', 'nobody', now() - interval '1 s' FROM generate_series(1, 10)`;

  test('has not more rows than its limit when messages or deliveries are leased', async () => {
    await withSimplePlan(async (client) => {
      await client.query(addMessages);
      const query = async (sql: string, parameters: unknown[]) => {
        const { rows, rowCount } = await client.query(sql, parameters);
        return [rows, rowCount];
      };
      const rows = new DueRows({ query } as unknown as DataSource, 'outbox');
      const ids = rows.due('true', '$2');
      const leased = await rows.lease({ lease: 60, ids, parameters: [LIMIT], columns: 'kind' });
      expect(leased).toHaveLength(LIMIT);
    });
  });

  test('has not more rows than its limit when expired rows are deleted', async () => {
    await withSimplePlan(async (client) => {
      await client.query(addMessages);
      const { rowCount } = await client.query(deleteSome('outbox', 'id', 'true', LIMIT));
      expect(rowCount).toBe(LIMIT);
    });
  });

  test('has not more rows than its limit when accounts expire', async () => {
    await withSimplePlan(async (client) => {
      await client.query(
        `INSERT INTO users (username, role, status, activation_due)
         SELECT 'never-' || n, 'user', 'pending', now() - interval '1 s' FROM generate_series(1, 10) AS n`,
      );
      const { rows } = await client.query(deleteNeverActivated(LIMIT), ['{}']);
      expect(rows).toEqual([{ count: LIMIT }]);
    });
  });
});
