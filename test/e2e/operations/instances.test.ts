import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
} from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { sessionOf } from '../../support/tokens.ts';
import { untilRedisIsTrusted, waitForRedis } from '../../support/trusted-redis.ts';

/** Repetitions, which detect an instance that learns of a revocation late. */
const ROUNDS = 10;

type Revoke = (at: TestApp, account: Account) => Promise<unknown>;
const revocations: [string, Revoke][] = [
  ['log-out', (at, { token }) => at.post('auth/logout', undefined, { token })],
  [
    'log-out with the refresh token',
    (at, { refreshToken }) => at.post('auth/logout', { refresh_token: refreshToken }),
  ],
  [
    'log-out with scope=all in another session',
    async (at, { username }) =>
      at.post('auth/logout?scope=all', undefined, { token: (await at.logIn(username)).token }),
  ],
  [
    'revocation of the session',
    (at, { token }) => at.delete(`auth/sessions/${sessionOf(token)}`, { token }),
  ],
  [
    'password change in another session',
    async (at, { username }) => {
      const body = { old_password: PASSWORD, new_password: 'six crows over the harbour' };
      return at.put('users/me/password', body, { token: (await at.logIn(username)).token });
    },
  ],
  ['deletion of the user', (at, { token }) => at.delete('users/me', { token })],
];

describe.each([
  ['with Redis', {}],
  ['without Redis', { REDIS_URL: '' }],
])('two instances %s', (_, settings) => {
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    one = await startApp(settings);
    other = await startSecondInstance(one);
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  test.each(revocations)(
    'a %s at one instance is effective at the other from the next request',
    async (_, revoke) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [here, there] = round % 2 ? [one, other] : [other, one];
        const account = await here.account();
        expect(await there.isActive(account.token)).toBe(true);
        await revoke(here, account);
        expectProblem(await there.get('users/me', { token: account.token }), 401, 'invalid_token');
        const refresh = await there.post('auth/refresh', { refresh_token: account.refreshToken });
        expectProblem(refresh, 401, 'invalid_token');
      }
    },
  );

  test('accept the tokens of each other, also after a refresh at the other', async () => {
    const { token, refreshToken } = await one.account();
    expect(await other.isActive(token)).toBe(true);
    const { body } = await other.post('auth/refresh', { refresh_token: refreshToken });
    expect(await one.isActive(body.access_token)).toBe(true);
  });

  test('refuse a revoked token also after a restart', async () => {
    const [revoked, active] = [await one.account(), await one.account()];
    await one.post('auth/logout', undefined, { token: revoked.token });
    await other.close();
    expect(await one.isActive(active.token)).toBe(true);
    other = await startSecondInstance(one);
    const { status } = await other.get('users/me', { token: revoked.token });
    expect(status).toBe(401);
    expect(await other.isActive(active.token)).toBe(true);
  });

  test('and three more all refuse a token from the next request after a log-out', async () => {
    const instances = await Promise.all(Array.from({ length: 3 }, () => startSecondInstance(one)));
    const all = [one, other, ...instances];
    const { token } = await one.account();
    expect(await Promise.all(all.map((at) => at.isActive(token)))).not.toContain(false);
    await one.post('auth/logout', undefined, { token });
    expect(await Promise.all(all.map((at) => at.isActive(token)))).not.toContain(true);
    await Promise.all(instances.map((instance) => instance.close()));
  });
});

test('POST /auth/logout writes only the id of the session to Redis, for the lifetime of a token', async () => {
  const app = await startApp();
  waitForRedis(app);
  await untilRedisIsTrusted(app);
  const redis = createClient({ url: app.environment['REDIS_URL'] });
  await redis.connect();
  try {
    const { token } = await app.account();
    expect(await redis.keys('*')).toEqual(['{revoked}:generation']);
    await app.post('auth/logout', undefined, { token });
    const key = `{revoked}:${sessionOf(token)}`;
    const keys = await redis.keys('*');
    expect(keys.toSorted()).toEqual([key, '{revoked}:generation'].toSorted());
    const milliseconds = await redis.pTTL(key);
    expect(milliseconds).toBeGreaterThan(600_000);
    expect(milliseconds).toBeLessThanOrEqual(610_000);
    expect(await redis.pTTL('{revoked}:generation')).toBe(-1);
  } finally {
    redis.destroy();
    await app.close();
  }
});
