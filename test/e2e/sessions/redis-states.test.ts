import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { sessionOf } from '../../support/tokens.ts';
import { RedisServer } from '../../faults/redis-server.ts';

let redis: RedisServer;
let app: TestApp;
beforeAll(async () => {
  redis = await RedisServer.start();
  app = await startApp({ REDIS_URL: redis.url });
});
afterAll(async () => {
  await app?.close();
  await redis?.close();
});

/** The reason that readiness reports, what causes it, and what repairs it. */
const STATES: [
  string,
  (redis: RedisServer) => Promise<unknown>,
  (redis: RedisServer) => unknown,
][] = [
  ['no_answer', (redis) => redis.kill(), (redis) => redis.run()],
  [
    'not_master',
    ({ direct }) => direct.sendCommand(['REPLICAOF', '127.0.0.1', '1']),
    ({ direct }) => direct.sendCommand(['REPLICAOF', 'NO', 'ONE']),
  ],
  [
    'not_writable',
    ({ direct }) => direct.configSet('maxmemory', '1'),
    ({ direct }) => direct.configSet('maxmemory', '0'),
  ],
  // After a refusal, which must not be taken for the reason.
  ['no_answer', async (redis) => redis.freeze(), (redis) => redis.thaw()],
  [
    'evicting',
    ({ direct }) => direct.configSet({ 'maxmemory-policy': 'allkeys-lru', maxmemory: '1gb' }),
    ({ direct }) => direct.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '0' }),
  ],
];

test.each(STATES)(
  'Redis in the state %s is not used until it recovers',
  async (reason, harm, repair) => {
    const { token } = await app.account();
    await untilRedisIs({ status: 'ok' }, 'trusted');
    await harm(redis);
    await untilRedisIs({ status: 'degraded', reason }, reason);
    expect((await app.get('/health/ready')).status).toBe(200);
    expect((await app.get('users/me', { token })).status).toBe(200);
    expect(await checksBy('postgres', 'live')).toBeGreaterThan(0);
    await repair(redis);
    await untilRedisIs({ status: 'ok' }, 'trusted');
    await eventually(async () => {
      const before = await checksBy('redis', 'live');
      expect((await app.get('users/me', { token })).status).toBe(200);
      return (await checksBy('redis', 'live')) === before + 1; // a busy Redis can be late
    }, 'a check by Redis');
  },
);

test('POST /auth/logout without Redis is counted, and written to Redis once it is back', async () => {
  const { token } = await app.account();
  const key = `{revoked}:${sessionOf(token)}`;
  await untilRedisIs({ status: 'ok' }, 'trusted');
  await redis.kill();
  expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
  expect((await app.get('users/me', { token })).status).toBe(401);
  expect(await metric('session_revocations_total{known_by="wait"}')).toBe(1);
  await redis.run();
  await untilRedisIs({ status: 'ok' }, 'trusted');
  await eventually(async () => (await redis.direct.exists(key)) === 1, 'a key');
});

test('a flushed Redis gets all revocations again, each until the last token has expired', async () => {
  const { token } = await app.account();
  await untilRedisIs({ status: 'ok' }, 'trusted');
  expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
  const [key = ''] = await redis.direct.keys('{revoked}:*-*');
  await redis.direct.flushAll();
  await eventually(async () => (await redis.direct.exists(key)) === 1, 'a key');
  expect(await redis.direct.pTTL(key)).toBeLessThanOrEqual(610_000);
  expect(await redis.direct.pTTL('{revoked}:generation')).toBe(-1);
});

test('without REDIS_URL, PostgreSQL is used, and GET /health/ready is ok', async () => {
  const alone = await startApp({ REDIS_URL: '' });
  try {
    const { token } = await alone.account();
    const ready = await alone.get('/health/ready');
    expect(ready.body).toMatchObject({
      status: 'ok',
      checks: { redis: { status: 'ok', reason: 'not_configured' } },
    });
    expect((await alone.post('auth/logout', undefined, { token })).status).toBe(204);
    expect((await alone.get('users/me', { token })).status).toBe(401);

    const expired = await alone.account();
    await alone.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [expired.id]);
    expect((await alone.get('users/me', expired)).status).toBe(401);
  } finally {
    await alone.close();
  }
});

async function untilRedisIs(check: object, state: string): Promise<void> {
  await eventually(async () => {
    const { body } = await app.get('/health/ready');
    const isCounted = (await metric(`session_redis_state{state="${state}"}`)) === 1;
    return isCounted && JSON.stringify(body.checks.redis) === JSON.stringify(check);
  }, `a Redis that is ${state}`);
}

async function checksBy(answeredBy: string, answer: string): Promise<number> {
  return metric(`session_checks_total{answered_by="${answeredBy}",answer="${answer}"}`);
}

async function metric(series: string): Promise<number> {
  const { text } = await app.get('/metrics');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}
