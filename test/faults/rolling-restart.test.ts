import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/common/config/config.js';
import { buildServer } from '../support/build.ts';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';
import { patience } from '../support/patience.ts';
import { findProxy, type RunningProxy, startHaproxy, startNginx } from '../support/proxies.ts';
import { type NewSession, SessionMaker } from '../support/sessions.ts';
import { createDatabase, createEmptyDatabase, dropDatabase } from '../support/template.ts';
import { isLong } from './form.ts';
import { send } from './http.ts';
import { Instance } from './instance.ts';

/** The long form is the examples as they are shipped; the short one waits less. */
const SIZE = isLong
  ? { instances: 4, workers: 4, requests: 100_000, rounds: 2, shutdownDelay: '5s', failTimeout: 5 }
  : { instances: 2, workers: 2, requests: 0, rounds: 1, shutdownDelay: '1s', failTimeout: 1 };

/** A check may still be answered late: only the readiness of an instance decides. */
const SHORT_CHECKS = {
  'inter 1s': 'inter 100ms',
  'timeout connect 2s': 'timeout connect 2s\n  timeout check 10s',
};

/** The build that runs at first, of an earlier version: `TEST_UPGRADE_FROM=/path/to/dist`. */
const OLD_DIST = process.env['TEST_UPGRADE_FROM'];
const createFor = OLD_DIST === undefined ? createDatabase : createEmptyDatabase;

const binaries = { haproxy: await findProxy('haproxy'), nginx: await findProxy('nginx') };
const areInstalled = binaries.haproxy !== undefined && binaries.nginx !== undefined;
if (!areInstalled) console.warn('HAProxy or nginx is not installed: their tests do not run.');

const name = `test_${randomBytes(8).toString('hex')}`;
const failures: string[] = [];
let dist: string;
let environment: Record<string, string>;
let database: pg.Pool;
let sessions: NewSession[];
let instances: Instance[];
let proxies: RunningProxy[];
const load = { isRunning: true, requests: 0, step: 'start' };

describe.runIf(areInstalled)('instances behind HAProxy and nginx', () => {
  beforeAll(async () => {
    dist = await buildServer();
    environment = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'info', // with the line that `Instance` waits for
      RATE_LIMIT: 'off',
      TRUST_PROXY: '1',
      JWT_ACCESS_SECRET: ACCESS_SECRET,
      JWT_REFRESH_SECRET: REFRESH_SECRET,
      SHUTDOWN_DELAY: SIZE.shutdownDelay,
      DATABASE_URL: await createFor(inject('postgresUrl'), name),
      REDIS_URL: `${inject('redisUrl')}/${randomInt(1, 1_023)}`,
    };
    instances = [await start()]; // migrates
    while (instances.length < SIZE.instances) instances.push(await start());
    database = new pg.Pool({ connectionString: environment['DATABASE_URL'], max: 1 });
    const maker = new SessionMaker(database, readConfig(environment));
    const users = await maker.users(2 * SIZE.workers);
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
    'are restarted one after another, and no request fails',
    async () => {
      const workers = sessions.map((session, at) => work(proxies[at % 2] as RunningProxy, session));
      for (let round = 0; round < SIZE.rounds || load.requests < SIZE.requests; round += 1) {
        for (const at of instances.keys()) {
          load.step = `round ${round}, instance ${at}`;
          await restart(at);
        }
      }
      load.isRunning = false;
      await Promise.all(workers);
      console.info(`${load.requests} requests, ${failures.length} failed`);
      if (failures.length > 0) console.info(await unexpectedErrors());
      expect(failures).toEqual([]);
      expect(load.requests).toBeGreaterThan(SIZE.requests);
    },
    patience(1_800_000),
  );
});

/** What the proxies say of failed requests, but for the connections that a stopped instance refuses. */
async function unexpectedErrors(): Promise<string> {
  const logs = await Promise.all(proxies.map((proxy) => proxy.readLog()));
  const lines = logs.join('').split('\n');
  return lines.filter((line) => !/Connection refused|temporarily disabled/.test(line)).join('\n');
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
  // nginx sends it nothing until then, and counts whole seconds.
  await sleep(1_000 * (SIZE.failTimeout + 1));
}

/** Reads and writes through a proxy without a pause, as one client does. */
async function work(proxy: RunningProxy, session: NewSession): Promise<void> {
  let { token, refreshToken } = session;
  const ask = async (method: string, path: string, expected: number, body?: object) => {
    const answer = await send(proxy.port, method, `/api/v1/${path}`, token, body);
    load.requests += 1;
    if (answer.status === expected) return JSON.parse(answer.text) as Record<string, string>;
    failures.push(`${load.step}: ${method} ${path}: ${answer.status} ${answer.text}`);
    return undefined;
  };
  for (let visit = 1; load.isRunning; visit += 1) {
    const created = await ask('POST', 'customers', 201, { name: `Visit ${visit}` });
    if (created) await ask('PATCH', `customers/${created['id']}`, 200, { name: 'Changed' });
    if (created) await ask('GET', `customers/${created['id']}`, 200);
    await ask('GET', 'users/me', 200);
    if (visit % 10 > 0) continue;
    const body = { refresh_token: refreshToken };
    const pair = await ask('POST', 'auth/refresh', 200, body);
    token = pair?.['access_token'] ?? token;
    refreshToken = pair?.['refresh_token'] ?? refreshToken;
  }
}
