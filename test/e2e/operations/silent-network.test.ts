import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { importEnd, importFile, type ImportResult, upload } from '../../support/imports.ts';
import { waitUntilOneWaits } from '../../support/lock.ts';
import { patience } from '../../support/patience.ts';
import { type Direction, TcpProxy } from '../../support/tcp-proxy.ts';

/** Milliseconds within which an instance recovers from connections that were dropped silently. */
const RECOVERY = 10_000;
/** Too many to detect one after the other, each at its time limit. */
const CONNECTIONS = 5;

let first: TestApp;
let admin: Account;
beforeAll(async () => {
  first = await startApp();
  admin = await first.account('admin');
});
afterAll(() => first.close());

async function behindProxy(work: (app: TestApp, proxy: TcpProxy) => Promise<void>): Promise<void> {
  const proxy = await TcpProxy.to(first.databaseUrl);
  const app = await startSecondInstance(first, { DATABASE_URL: proxy.url });
  try {
    await work(app, proxy);
  } finally {
    await app.close();
    proxy.close();
  }
}

const read = async (app: TestApp) => (await app.get('users/me', { token: admin.token })).status;

/** Opens every connection of the pool for requests. */
async function fillPool(app: TestApp): Promise<void> {
  const lock = await first.database.connect();
  try {
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const waiting = Array.from({ length: CONNECTIONS }, () => read(app));
    await untilAllWait();
    await lock.query('ROLLBACK');
    await Promise.all(waiting);
  } finally {
    lock.release();
  }
}

/** Not `expect.poll`, which fails in a concurrent test when another one ends. */
function untilAllWait(): Promise<boolean> {
  return eventually(
    async () => (await waitingReads()) >= CONNECTIONS,
    'reads that wait on every connection',
  );
}

async function waitingReads(): Promise<number> {
  const [row] = await first.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()
       AND application_name = 'customer-api' AND wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
}

describe.concurrent('connections that the network drops silently', () => {
  test.each<Direction>(['requests', 'answers', 'both'])(
    'losing %s, are detected within a time limit, and later requests are answered',
    async (direction) => {
      await behindProxy(async (app, proxy) => {
        await fillPool(app);
        proxy.forget(direction);
        const droppedAt = performance.now();
        const statuses: number[] = [];
        while (statuses.at(-1) !== 200) {
          if (performance.now() - droppedAt > patience(RECOVERY)) break;
          statuses.push(await read(app));
          await sleep(50);
        }
        expect(statuses.at(-1), statuses.join()).toBe(200);
        expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
        const later = await Promise.all(Array.from({ length: 2 * CONNECTIONS }, () => read(app)));
        expect(new Set(later)).toEqual(new Set([200]));
        expect((await app.get('/health/ready')).status).toBe(200);
      });
    },
    patience(40_000),
  );
});

test.concurrent(
  'GET /customers/export succeeds over another connection if the network drops the first silently',
  async () => {
    const customers = Array.from({ length: 3 }, (_, at) => ({ external_id: `E-${at}` }));
    for (const customer of customers) await first.post('customers', customer, admin);
    await behindProxy(async (app, proxy) => {
      const before = await app.get('customers/export', admin);
      proxy.forgetRequestsOf('customer-api-exports');
      const after = await app.get('customers/export', admin);
      expect([after.status, after.text]).toEqual([200, before.text]);
    });
  },
  patience(60_000),
);

test('GET /health/ready answers 200 while every connection for requests waits for a lock', async () => {
  const lock = await first.database.connect();
  try {
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    let answered = 0;
    const waiting = Array.from({ length: 3 * CONNECTIONS }, () =>
      read(first).then(() => (answered += 1)),
    );
    await untilAllWait();
    expect((await first.get('/health/ready')).status).toBe(200);
    expect(answered, 'reads that were answered before readiness').toBe(0);
    await lock.query('ROLLBACK');
    await Promise.all(waiting);
  } finally {
    lock.release();
  }
});

describe.concurrent('POST /customers/import with a merge that is blocked', () => {
  /** Longer than the time limit of any other statement. */
  const BLOCKED = 5_500;

  async function importWithBlockedMerge(
    app: TestApp,
    tag: string,
    meanwhile: () => Promise<void>,
  ): Promise<ImportResult> {
    const holder = await first.database.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('INSERT INTO customers (external_id) VALUES ($1)', [`${tag}-15000`]);
      const ids = Array.from({ length: 20_000 }, (_, at) => `${tag}-${at}`);
      const file = ['external_id', ...ids].join('\n');
      const { body } = await upload(app, admin.token, 'csv', file);
      await waitUntilOneWaits(holder);
      await meanwhile();
      await holder.query('ROLLBACK');
      return await importEnd(first, admin.token, body.id);
    } finally {
      holder.release();
    }
  }

  test(
    'succeeds if PostgreSQL only takes long',
    async () => {
      const result = await importWithBlockedMerge(first, 'long', () => sleep(BLOCKED));
      expect(result).toMatchObject({ status: 'succeeded', created: 20_000 });
    },
    patience(60_000),
  );

  test(
    'fails soon and releases its locks if the network has dropped its connection silently',
    async () => {
      await behindProxy(async (app, proxy) => {
        let droppedAt = 0;
        const result = await importWithBlockedMerge(app, 'lost', () => {
          proxy.forgetRequestsOf('customer-api-imports');
          droppedAt = performance.now();
          return Promise.resolve();
        });
        expect(performance.now() - droppedAt).toBeLessThan(patience(RECOVERY));
        expect(result).toMatchObject({ status: 'failed', error: { code: 'unavailable' } });
        const again = await importFile(app, admin.token, 'csv', 'external_id\nlost-1\nlost-15000');
        expect(again).toMatchObject({ status: 'succeeded', created: 2 });
      });
    },
    patience(60_000),
  );
});
