import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/common/config/config.js';
import { buildServer } from '../support/build.ts';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';
import { patience } from '../support/patience.ts';
import { findProxy, type RunningProxy, startHaproxy, startNginx } from '../support/proxies.ts';
import { newRedisDatabase } from '../support/redis-database.ts';
import { type NewSession, SessionMaker } from '../support/sessions.ts';
import { createDatabase, createEmptyDatabase, dropDatabase } from '../support/template.ts';
import { isLong } from './form.ts';
import { send } from './http.ts';
import { Instance } from './instance.ts';
import { openPool } from '../support/pool.ts';

/** The long form uses the example configurations unchanged. The short form waits less. */
const SIZE = isLong
  ? { instances: 4, requests: 100_000, rounds: 2, shutdownDelay: '5s', failTimeout: 5 }
  : { instances: 2, requests: 0, rounds: 1, shutdownDelay: '1s', failTimeout: 1 };
/**
 * Milliseconds between two requests of a client. It is short against {@link PAUSE}, so every client has a
 * request waiting then. Without it the clients occupy both processors.
 */
const PAUSE_BETWEEN = isLong ? 0 : 50;
const CLIENTS = isLong ? { haproxy: 4, nginx: 4 } : { haproxy: 2, nginx: 6 };

/**
 * In the short form, the event loop of each instance is blocked right before the timer that closes its
 * listener, as garbage collection might do. Requests from nginx arrive in that time. All of them would
 * fail if an instance closed connections without reading from them once more.
 */
const PAUSE = `process.on('SIGTERM', () => setTimeout(() => {
  const end = performance.now() + 200;
  while (performance.now() < end);
}, 1_000));`;
const FLAGS: Record<string, string> = isLong
  ? {}
  : { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PAUSE)}` };

/**
 * nginx has no active checks, so a client retries once after 502, as docs/operations.md recommends.
 * The service makes this so rare that a second retry in the short form is a fault.
 */
const MAX_RETRIES = isLong ? 0 : 1;

/** Frequent checks with a long timeout, so that a late response does not take an instance out. */
const SHORT_CHECKS = {
  'inter 1s': 'inter 100ms',
  'timeout connect 2s': 'timeout connect 2s\n  timeout check 10s',
};

/** The build of an earlier version, which runs first: `TEST_UPGRADE_FROM=/path/to/dist`. */
const OLD_DIST = process.env['TEST_UPGRADE_FROM'];
const createFor = OLD_DIST === undefined ? createDatabase : createEmptyDatabase;

const binaries = { haproxy: await findProxy('haproxy'), nginx: await findProxy('nginx') };
const areInstalled = binaries.haproxy !== undefined && binaries.nginx !== undefined;
if (!areInstalled)
  console.warn('HAProxy or nginx is not installed: the rolling restart test is skipped.');

const name = `test_${randomBytes(8).toString('hex')}`;
const failures: string[] = [];
let dist: string;
let environment: Record<string, string>;
let database: pg.Pool;
let sessions: NewSession[];
let instances: Instance[];
let proxies: RunningProxy[];
const load = { isRunning: true, requests: 0, step: 'start' };
const created: string[] = [];
const retries: string[] = [];

describe.runIf(areInstalled)('instances behind HAProxy and nginx', () => {
  beforeAll(async () => {
    dist = await buildServer();
    const databaseUrl = await createFor(inject('postgresUrl'), name);
    environment = {
      NODE_ENV: 'test',
      ...FLAGS,
      LOG_LEVEL: 'info', // `Instance` waits for a line at this level
      RATE_LIMIT: 'off',
      TRUST_PROXY: '1',
      JWT_ACCESS_SECRET: ACCESS_SECRET,
      JWT_REFRESH_SECRET: REFRESH_SECRET,
      SHUTDOWN_DELAY: SIZE.shutdownDelay,
      DATABASE_URL: databaseUrl,
      REDIS_URL: await newRedisDatabase(),
    };
    instances = [await start()]; // migrates
    while (instances.length < SIZE.instances) instances.push(await start());
    database = openPool(databaseUrl, 1);
    const maker = new SessionMaker(database, readConfig(environment));
    const users = await maker.users(CLIENTS.haproxy + CLIENTS.nginx);
    sessions = await maker.sessions(users.map(({ id }) => id));
    const ports = instances.map(({ port }) => port);
    proxies = [
      await startHaproxy(binaries.haproxy ?? '', ports, isLong ? {} : SHORT_CHECKS),
      await startNginx(
        binaries.nginx ?? '',
        ports,
        isLong ? {} : { 'fail_timeout=5s': 'fail_timeout=1s' },
      ),
    ];
  }, patience(180_000));
  afterAll(async () => {
    load.isRunning = false;
    await Promise.all([...(proxies ?? []), ...(instances ?? [])].map((part) => part.stop()));
    await database?.end();
    await dropDatabase(inject('postgresUrl'), name);
  });

  test(
    'are restarted one after another without a failed request',
    async () => {
      const [haproxy, nginx] = proxies as [RunningProxy, RunningProxy];
      const workers = sessions.map((session, at) =>
        at < CLIENTS.haproxy ? work(session, haproxy) : work(session, nginx, 'retries 502'),
      );
      for (let round = 0; round < SIZE.rounds || load.requests < SIZE.requests; round += 1) {
        for (const at of instances.keys()) {
          load.step = `round ${round}, instance ${at}`;
          await restart(at);
        }
      }
      load.isRunning = false;
      await Promise.all(workers);
      const errors = await unexpectedErrors(nginx);
      const counts = `${failures.length} failed, ${retries.length} retried behind nginx`;
      console.info([`${load.requests} requests, ${counts}`, ...retries, ...errors].join('\n'));
      expect(failures).toEqual([]);
      // Includes the requests that nginx retries itself, because they only read.
      expect(Math.max(retries.length, errors.length)).toBeLessThanOrEqual(MAX_RETRIES);
      const { rows } = await database.query<{ id: string }>('SELECT id FROM customers ORDER BY id');
      expect(rows.map(({ id }) => id)).toEqual(created.sort());
      expect(load.requests).toBeGreaterThan(SIZE.requests);
    },
    patience(1_800_000),
  );
});

/** The failed requests in the log of nginx, except those that a stopped instance refused. */
async function unexpectedErrors(nginx: RunningProxy): Promise<string[]> {
  const lines = (await nginx.readLog()).trim().split('\n');
  return lines.filter((line) => !/^$|Connection refused|temporarily disabled/.test(line));
}

/** @param port of the instance that it replaces */
async function start(port?: number): Promise<Instance> {
  const isFirst = port === undefined && OLD_DIST !== undefined;
  return Instance.start(isFirst ? OLD_DIST : dist, environment, port);
}

async function restart(at: number): Promise<void> {
  const { service, port } = instances[at] as Instance;
  await service.stop();
  expect(service.exitCode()).toBe(0);
  instances[at] = await start(port);
  // nginx sends no requests to a failed instance for this time, and counts whole seconds.
  await sleep(1_000 * (SIZE.failTimeout + 1));
}

/** Reads and writes through a proxy, like a single client. */
async function work(
  session: NewSession,
  { port }: RunningProxy,
  retrying?: 'retries 502',
): Promise<void> {
  let { token, refreshToken } = session;
  const ask = async (
    method: string,
    path: string,
    expected: number,
    body?: object,
    key?: string,
  ) => {
    const request = () => send(port, method, `/api/v1/${path}`, token, body, key);
    if (PAUSE_BETWEEN > 0) await sleep(PAUSE_BETWEEN);
    let answer = await request();
    load.requests += 1;
    if (answer.status === 502 && retrying) {
      retries.push(`${load.step}: ${method} ${path}`);
      answer = await request();
    }
    if (answer.status === expected) return JSON.parse(answer.text) as Record<string, string>;
    failures.push(`${load.step}: ${method} ${path}: ${answer.status} ${answer.text}`);
    return undefined;
  };
  for (let visit = 1; load.isRunning; visit += 1) {
    const { id } = (await ask('POST', 'customers', 201, { name: 'Ada' }, randomUUID())) ?? {};
    if (id !== undefined) {
      created.push(id);
      await ask('PATCH', `customers/${id}`, 200, { name: `Visit ${visit}` });
      await ask('GET', `customers/${id}`, 200);
    }
    await ask('GET', 'users/me', 200);
    if (visit % 10 > 0) continue;
    const pair = await ask('POST', 'auth/refresh', 200, { refresh_token: refreshToken });
    token = pair?.['access_token'] ?? token;
    refreshToken = pair?.['refresh_token'] ?? refreshToken;
  }
}
