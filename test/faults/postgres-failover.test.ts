import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporaryPostgres, type TemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { createApp } from '../../src/app.js';
import { migrate, type WaitReason } from '../../src/common/database/migrate.js';
import { createLog } from '../../src/common/logging/log.js';
import { RevokedSessions } from '../../src/sessions/revocation/revoked-sessions.js';
import { type Account, TestApp } from '../support/app.ts';
import type { Answer } from '../support/client.ts';
import { testConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { patience } from '../support/patience.ts';
import { findProxy, type RunningProxy, startPostgresHaproxy } from '../support/proxies.ts';
import { newRedisDatabase } from '../support/redis-database.ts';
import { sessionOf } from '../support/tokens.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { isLong } from './form.ts';
import { openPool } from '../support/pool.ts';

/** The number of writes that are acknowledged before the primary is killed, and again afterwards. */
const WRITES = isLong ? 1_000 : 60;
const WRITERS = 4;

const haproxy = await findProxy('haproxy');
if (haproxy === undefined)
  console.warn('HAProxy is not installed: the failover tests are skipped.');

describe.runIf(haproxy !== undefined)('PostgreSQL behind HAProxy', () => {
  let primary: TemporaryPostgres;
  let replica: Replica;
  let proxy: RunningProxy;
  let database: pg.Pool;
  let redisUrl: string;
  let apps: TestApp[];
  beforeAll(async () => {
    redisUrl = await newRedisDatabase();
    primary = await startTemporaryPostgres();
    await migrate(testConfig({ DATABASE_URL: primary.url }));
    await allowChecks();
    replica = await startReplica(primary);
    await queryOn(primary.url, `ALTER ROLE postgres SET synchronous_commit = 'on'`);
    await queryOn(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await queryOn(primary.url, 'SELECT pg_reload_conf()');
    await eventually(async () => {
      const states = await queryOn(primary.url, 'SELECT sync_state FROM pg_stat_replication');
      return states[0]?.['sync_state'] === 'sync';
    }, 'a synchronous standby');
    const ports = [primary.url, replica.url].map((url) => Number(new URL(url).port));
    proxy = await startPostgresHaproxy(haproxy ?? '', ports as [number, number]);
    const url = new URL(primary.url);
    url.port = String(proxy.port);
    database = openPool(url.href, 2);
    await eventually(() => database.query('SELECT').then(Boolean, () => false), 'a primary');
    apps = await Promise.all([start(url.href), start(url.href)]);
  }, patience(120_000));
  afterAll(async () => {
    await Promise.all((apps ?? []).map((app) => app.close()));
    await database?.end();
    await proxy?.stop();
    await Promise.all([replica?.stop(), primary?.stop()]);
  });

  /** Creates the role of the health checks, as in the example configuration. */
  async function allowChecks(): Promise<void> {
    await queryOn(primary.url, 'CREATE ROLE haproxy_check LOGIN');
    const file = join(primary.folder, 'cluster', 'pg_hba.conf');
    const line = 'host postgres haproxy_check 127.0.0.1/32 trust\n';
    await writeFile(file, line + (await readFile(file, 'utf8')));
    await queryOn(primary.url, 'SELECT pg_reload_conf()');
  }

  async function start(databaseUrl: string): Promise<TestApp> {
    const environment = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    const config = testConfig(environment);
    const app = await createApp(config, createLog(config));
    const url = `http://127.0.0.1:${await app.listen()}`;
    return new TestApp(app, url, environment, undefined, database, () => Promise.resolve());
  }

  /** Starts an instance in the same way as the server. It waits while only the standby answers. */
  async function startAtStandby(waits: WaitReason[]): Promise<TestApp> {
    await migrate(testConfig({ DATABASE_URL: replica.url }), (reason) => waits.push(reason));
    const app = await start(replica.url);
    apps.push(app);
    return app;
  }

  /** An account whose log-out was acknowledged but did not reach the standby. */
  async function loseRevocation(load: Load): Promise<Account> {
    const account = await (apps[0] as TestApp).account();
    load.isPaused = true; // otherwise its writes would be lost as well
    await eventually(() => load.inFlight === 0, 'a pause of the load');
    await queryOn(primary.url, `ALTER SYSTEM SET synchronous_standby_names = ''`);
    await queryOn(primary.url, 'SELECT pg_reload_conf()');
    await queryOn(replica.url, `ALTER SYSTEM SET primary_conninfo = ''`);
    await queryOn(replica.url, 'SELECT pg_reload_conf()');
    await eventually(async () => {
      return (await queryOn(replica.url, 'SELECT FROM pg_stat_wal_receiver')).length === 0;
    }, 'a disconnected standby');
    const { status } = await (apps[0] as TestApp).post('auth/logout', undefined, account);
    expect(status).toBe(204);
    // The first instance already knows the revocation. The other one reads it within its interval.
    const [, other] = apps as [TestApp, TestApp];
    await eventually(async () => {
      return other.app.nest.get(RevokedSessions).has(sessionOf(account.token));
    }, 'a revocation that both instances know');
    return account;
  }

  test(
    'when it becomes read-only, GET /health/ready is 503 with this reason and writes are 503',
    async () => {
      const app = apps[0] as TestApp;
      const admin = await app.account('admin');
      const readOnly = async (value: 'on' | 'off'): Promise<void> => {
        await queryOn(primary.url, `ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await queryOn(primary.url, 'SELECT pg_reload_conf()');
      };
      await readOnly('on');
      try {
        await eventually(async () => {
          const { status, body } = await app.get('/health/ready');
          return status === 503 && body.checks.postgres.reason === 'read_only';
        }, 'the reason read_only in readiness');
        expect((await app.get('users/me', admin)).status).toBe(200);
        expect((await app.post('customers', { name: 'Ada' }, admin)).status).toBe(503);
      } finally {
        await readOnly('off');
      }
      await eventually(async () => (await app.get('/health/ready')).status === 200, 'readiness');
    },
    patience(60_000),
  );

  test(
    'after a failover, the promoted standby has every acknowledged write and the old primary gets none',
    async () => {
      const [one, other] = apps as [TestApp, TestApp];
      const admin = await one.account('admin');
      const [active, revoked] = await Promise.all([one.account(), other.account()]);
      const load = new Load(apps, admin);
      const workers = Array.from({ length: WRITERS }, (_, at) => load.run(at));
      await load.until(WRITES);
      expect((await one.post('auth/logout', undefined, revoked)).status).toBe(204);

      const lost = await loseRevocation(load);
      primary.service.force();
      await primary.service.exited;
      load.isPaused = false;
      const waits: WaitReason[] = [];
      const starting = startAtStandby(waits);
      await eventually(() => waits.length > 0, 'a waiting instance');
      await queryOn(replica.url, 'SELECT pg_promote()');
      const promotedAt = performance.now();
      const before = load.acknowledged.length;
      await load.until(before + 1);
      console.info(`served ${Math.round(performance.now() - promotedAt)} ms after the promotion`);
      await load.until(before + WRITES);
      expect((await (await starting).get('/health/ready')).status).toBe(200);
      expect(waits).toEqual(['read_only']);

      // The old primary returns as a primary.
      await primary.restart();
      const inOld = await customersOf(primary.url);
      await sleep(1_000); // several checks of HAProxy
      load.isRunning = false;
      await Promise.all(workers);
      expect(await customersOf(primary.url)).toEqual(inOld);

      const kept = await customersOf(replica.url);
      expect(load.acknowledged.filter((id) => !kept.includes(id))).toEqual([]);
      const [events] = await queryOn(
        replica.url,
        `SELECT count(*)::int FROM audit_events WHERE action = 'customer_created'`,
      );
      expect(events?.['count']).toBe(kept.length);
      expect(load.unexpected).toEqual([]);
      // The standby did not receive this log-out. The instances remember it and write it again.
      await eventually(async () => {
        const sql = `SELECT FROM sessions WHERE id = '${sessionOf(lost.token)}' AND revoked_at IS NOT NULL`;
        return (await queryOn(replica.url, sql)).length === 1;
      }, 'the revocation in the promoted standby');
      const retry = { refresh_token: lost.refreshToken };
      expect(await settled(() => one.post('auth/refresh', retry))).toBe(401);
      for (const app of apps) {
        const read = ({ token }: Account) => settled(() => app.get('users/me', { token }));
        expect([await read(lost), await read(active), await read(revoked)]).toEqual([
          401, 200, 401,
        ]);
      }
    },
    patience(180_000),
  );
});

/** Creates customers without a pause. A failover may cause no failure other than 503. */
class Load {
  readonly acknowledged: string[] = [];
  readonly unexpected: string[] = [];
  isRunning = true;
  isPaused = false;
  inFlight = 0;

  constructor(
    private readonly apps: readonly TestApp[],
    private readonly admin: Account,
  ) {}

  async run(worker: number): Promise<void> {
    const app = this.apps[worker % this.apps.length] as TestApp;
    for (let count = 0; this.isRunning; count += 1) {
      if (this.isPaused) {
        await sleep(10);
        continue;
      }
      const body = { external_id: `W-${worker}-${count}` };
      this.inFlight += 1;
      const { status, text } = await app.post('customers', body, { token: this.admin.token });
      this.inFlight -= 1;
      if (status === 201) this.acknowledged.push(body.external_id);
      else if (status !== 503) this.unexpected.push(`${status} ${text}`);
      if (status === 503) await sleep(20);
    }
  }

  async until(count: number): Promise<void> {
    await eventually(() => this.acknowledged.length >= count, `${count} writes`, patience(60_000));
  }
}

/** The first status other than 503. On a busy machine, HAProxy may consider a slow server down. */
async function settled(send: () => Promise<Answer>): Promise<number> {
  const { status } = await eventually(async () => {
    const answer = await send();
    return answer.status !== 503 && answer;
  }, 'a status other than 503');
  return status;
}

async function customersOf(url: string): Promise<string[]> {
  const rows = await queryOn(url, 'SELECT external_id FROM customers ORDER BY external_id');
  return rows.map((row) => String(row['external_id']));
}

async function queryOn(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
