import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisServer } from '../../faults/redis-server.ts';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';

let app: TestApp;
let account: Account;
let locked: RedisServer;
let cluster: RedisServer;
let plainServer: Server;
beforeAll(async () => {
  app = await startApp(); // with Redis too, because instances with different settings trust none
  account = await app.account();
  [locked, cluster] = await Promise.all([
    RedisServer.start(),
    RedisServer.start({ 'cluster-enabled': 'yes' }),
  ]);
  await locked.direct.sendCommand(['ACL', 'SETUSER', 'default', 'resetpass', '>right']);
  for (const command of ['info', 'mget']) {
    const rule = `ACL SETUSER without-${command} on >right ~* +@all -${command}`;
    await locked.direct.sendCommand(rule.split(' '));
  }
  const counter = 'ACL SETUSER counter on >right ~* +@all -eval -evalsha';
  await locked.direct.sendCommand(counter.split(' '));
  plainServer = createServer((socket) => socket.end('not TLS')).listen(0, '127.0.0.1');
});
afterAll(async () => {
  plainServer.close();
  await app.close();
  await Promise.all([locked.close(), cluster.close()]);
});

describe('GET /health/ready reports what is wrong with Redis, while requests are answered', () => {
  test.each([
    ['a wrong password', 'refused', () => `redis://:wrong@${locked.address}`],
    ['no password', 'refused', () => `redis://${locked.address}`],
    ['a missing database', 'refused', () => `redis://:right@${locked.address}/99`],
    ['a user without INFO', 'refused', () => `redis://without-info:right@${locked.address}`],
    ['a user without MGET', 'refused', () => `redis://without-mget:right@${locked.address}`],
    [
      'a server without TLS',
      'tls',
      () => `rediss://127.0.0.1:${(plainServer.address() as AddressInfo).port}`,
    ],
    ['a Cluster', 'cluster', () => `redis://${cluster.address}`],
    ['a wrong port', 'no_answer', () => 'redis://127.0.0.1:1'],
    ['no Sentinel', 'no_answer', () => 'redis-sentinel://127.0.0.1:1,127.0.0.1:2/main'],
  ])('%s as %s', async (_what, reason, url) => {
    const instance = await startSecondInstance(app, { REDIS_URL: url() });
    try {
      await eventually(async () => {
        const { body } = await instance.get('/health/ready');
        const { checks } = body as { checks: { redis: { reason?: string } } };
        return checks.redis.reason === reason;
      }, `the reason ${reason}`);
      const { text } = await instance.get('/metrics');
      expect(text).toContain(`session_redis_state{state="${reason}"} 1\n`);
      expect((await instance.get('users/me', account)).status).toBe(200);
    } finally {
      await instance.close();
    }
  });
});

test('GET /metrics counts rate limits of the process alone if the Redis user lacks EVAL', async () => {
  const url = `redis://counter:right@${locked.address}`;
  const instance = await startSecondInstance(app, { REDIS_URL: url, RATE_LIMIT: 'on' });
  try {
    const counted = await eventually(async () => {
      await instance.post('auth/login', { username: 'nobody', password: 'nothing at all' });
      const { text } = await instance.get('/metrics');
      return Number(/^rate_limit_fallbacks_total (\d+)/m.exec(text)?.[1]) || undefined;
    }, 'a metric');
    expect(counted).toBeGreaterThan(0);
  } finally {
    await instance.close();
  }
});
