import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RATE_LIMITS, type RateLimitName } from '../../../src/common/rate-limits/rate-limit.js';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
  type TestKey,
} from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { untilRedisIsTrusted, waitForRedis } from '../../support/trusted-redis.ts';

/** Sends one request that counts against the limit; `from` is the address of the client. */
type Use = (from?: string) => Promise<Answer>;

interface Scenario {
  /** @returns the request of a new user, session or recipient */
  prepare: (app: TestApp) => Promise<Use>;
  /** The policy in the headers of an answer within the limit, if it is not the limit's own. */
  shows?: RateLimitName;
}

let serial = 0;
const unique = () => `someone-${(serial += 1)}`;
const from = (address = '192.0.2.1') => ({ headers: { 'x-forwarded-for': address } });
const withUser =
  (use: (app: TestApp, account: Account) => Promise<Answer>) =>
  async (app: TestApp): Promise<Use> => {
    const account = await app.account('user');
    return () => use(app, account);
  };

const withKey =
  (use: (app: TestApp, key: TestKey) => Promise<Answer>) =>
  async (app: TestApp): Promise<Use> => {
    const key = await app.apiKey();
    return () => use(app, key);
  };

/** One row for each limit of the server. */
const scenarios: Record<RateLimitName, Scenario> = {
  login: {
    prepare: (app) =>
      Promise.resolve((address) =>
        app.post('auth/login', { username: unique(), password: 'wrong' }, from(address)),
      ),
  },
  register: {
    prepare: (app) =>
      Promise.resolve((address) =>
        app.post('auth/register', { username: unique(), password: PASSWORD }, from(address)),
      ),
  },
  refresh: {
    prepare: async (app) => {
      let { refreshToken } = await app.account('user');
      return async () => {
        const answer = await app.post('auth/refresh', { refresh_token: refreshToken });
        refreshToken = answer.body?.refresh_token ?? refreshToken;
        return answer;
      };
    },
  },
  forgot: {
    prepare: (app) => {
      const email = `${unique()}@example.com`;
      const body = () => ({ email: serial++ % 2 === 0 ? email : email.toUpperCase() });
      return Promise.resolve(() =>
        app.post('auth/password/forgot', body(), from(`198.51.100.${(serial % 250) + 1}`)),
      );
    },
    shows: 'forgot_ip',
  },
  forgot_ip: {
    prepare: (app) =>
      Promise.resolve((address) =>
        app.post('auth/activation/resend', { email: `${unique()}@example.com` }, from(address)),
      ),
  },
  reset: {
    prepare: (app) =>
      Promise.resolve((address) =>
        serial % 2 === 0
          ? app.post(
              'auth/password/reset',
              { token: unique(), new_password: PASSWORD },
              from(address),
            )
          : app.post(
              'auth/activation',
              { email: `${unique()}@example.com`, code: '1' },
              from(address),
            ),
      ),
  },
  password: {
    prepare: withUser((app, { token }) =>
      app.put('users/me/password', { old_password: 'wrong', new_password: 'x' }, { token }),
    ),
  },
  read: { prepare: withUser((app, { token }) => app.get('users/me', { token })) },
  write: {
    prepare: withUser((app, { token }) => app.patch('users/me', { name: unique() }, { token })),
  },
  service_read: { prepare: withKey((app, { token }) => app.get('customers', { token })) },
  service_write: {
    prepare: withKey((app, { token }) => app.post('customers', { name: unique() }, { token })),
  },
};

const LIMIT = 3;
const variableOf = (name: RateLimitName) => `RATE_LIMIT_${name.toUpperCase()}`;

test('there is a scenario for every limit', () => {
  expect(Object.keys(scenarios)).toEqual(Object.keys(RATE_LIMITS));
});

/** All accounts log in from one address, so limits per user are tested without limits per address. */
const isPerUser = (name: RateLimitName) => ['user', 'session'].includes(RATE_LIMITS[name].by);
const names = Object.keys(RATE_LIMITS) as RateLimitName[];
const started: TestApp[] = [];

async function startLimited(...limited: RateLimitName[]): Promise<TestApp> {
  const quotas = limited.map((name) => [variableOf(name), `${LIMIT}/1h`] as const);
  const settings = { RATE_LIMIT: 'on', TRUST_PROXY: '1', ...Object.fromEntries(quotas) };
  // Without Redis the process itself counts, and no late command changes the result.
  const app = await startApp({ ...settings, REDIS_URL: '' });
  started.push(app);
  return app;
}

let userLimited: TestApp;
/** Every request that counts a wrong password is also a write. */
let passwordLimited: TestApp;
let addressLimited: TestApp;
beforeAll(async () => {
  userLimited = await startLimited(
    ...names.filter((name) => isPerUser(name) && name !== 'password'),
  );
  passwordLimited = await startLimited('password');
  addressLimited = await startLimited(...names.filter((name) => !isPerUser(name)));
});
afterAll(async () => {
  for (const app of started) await app.close();
});

describe.each(names)('the rate limit %s', (name) => {
  const { prepare, shows = name } = scenarios[name];
  let app: TestApp;
  beforeAll(() => {
    const byUser = name === 'password' ? passwordLimited : userLimited;
    app = isPerUser(name) ? byUser : addressLimited;
  });

  test('counts down in the RateLimit header, then answers 429 with Retry-After', async () => {
    const use = await prepare(app);
    for (let left = LIMIT - 1; left >= 0; left -= 1) {
      const { status, headers } = await use();
      expect(status).not.toBe(429);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"${shows}";r=\\d+;t=\\d+$`));
      expect(headers.get('ratelimit-policy')).toMatch(new RegExp(`^"${shows}";q=\\d+;w=\\d+$`));
      const remaining = headers.get('ratelimit')?.startsWith(`"${name}";r=${left};`);
      expect(remaining).toBe(shows === name);
    }
    const { status, headers, body } = await use();
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(body.detail).toMatch(/^The limit in RateLimit-Policy is exhausted/);
    expect(headers.get('ratelimit-policy')).toBe(`"${name}";q=${LIMIT};w=3600`);
    expect(headers.get('ratelimit')).toMatch(new RegExp(`^"${name}";r=0;t=3[56]\\d\\d$`));
    expect(headers.get('retry-after')).toMatch(/^3[56]\d\d$/);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  test('does not affect another user, recipient or address', async () => {
    const use = await prepare(app);
    expect((await use('192.0.2.77')).status).not.toBe(429);
  });
});

test('PUT /users/me/password with the right password counts as a write', async () => {
  const { token } = await userLimited.account();
  const body = { old_password: PASSWORD, new_password: PASSWORD };
  const statuses: number[] = [];
  for (let count = 0; count <= LIMIT; count += 1) {
    statuses.push((await userLimited.put('users/me/password', body, { token })).status);
  }
  expect(statuses).toEqual([204, 204, 204, 429]);
});

describe('rate limits of two instances', () => {
  const register = (app: TestApp) =>
    app.post('auth/register', { username: unique(), password: PASSWORD });
  const settings = { RATE_LIMIT: 'on', RATE_LIMIT_REGISTER: '4/1h' };

  test('are counted together', async () => {
    const first = await startApp(settings);
    const second = await startSecondInstance(first);
    try {
      waitForRedis(first, second);
      await untilRedisIsTrusted(first, second);
      const statuses = [];
      for (const app of [first, second, first, second, first, second]) {
        statuses.push((await register(app)).status);
      }
      expect(statuses).toEqual([201, 201, 201, 201, 429, 429]);
    } finally {
      await second.close();
      await first.close();
    }
  });

  test('include those on reads and writes with RATE_LIMIT_SHARED=on', async () => {
    const first = await startApp({
      RATE_LIMIT: 'on',
      RATE_LIMIT_SHARED: 'on',
      RATE_LIMIT_READ: '4/1h',
      RATE_LIMIT_WRITE: '4/1h',
    });
    const second = await startSecondInstance(first);
    try {
      waitForRedis(first, second);
      await untilRedisIsTrusted(first, second);
      const account = await first.account();
      const statuses = [];
      for (const app of [first, second, first, second, first, second]) {
        const read = await app.get('users/me', account);
        const written = await app.post('customers', { name: 'Ada' }, account);
        statuses.push(`${read.status} ${written.status}`);
      }
      const [within, beyond] = ['200 201', '429 429'];
      expect(statuses).toEqual([within, within, within, within, beyond, beyond]);
    } finally {
      await second.close();
      await first.close();
    }
  });

  test.each([
    ['without Redis', ''],
    ['while Redis is unreachable', 'redis://127.0.0.1:1'],
  ])('are counted by each process %s', async (_, REDIS_URL) => {
    const first = await startApp({ ...settings, REDIS_URL });
    const second = await startSecondInstance(first);
    try {
      const statuses = [];
      for (const app of [first, first, first, first, first, second]) {
        statuses.push((await register(app)).status);
      }
      expect(statuses).toEqual([201, 201, 201, 201, 429, 201]);
    } finally {
      await second.close();
      await first.close();
    }
  });
});

describe('rate limits per IP address', () => {
  const logIn = (address: string) =>
    addressLimited.post('auth/login', { username: unique(), password: 'wrong' }, from(address));

  test('count an IPv6 address by its /64, and an IPv4-mapped one as IPv4', async () => {
    for (const [other, ...same] of [
      [
        '2001:db8:1:3::1',
        '2001:db8:1:2::1',
        '2001:db8:1:2:f::9',
        '2001:0DB8:1:2:3:4:5:6',
        '2001:db8:1:2::2',
      ],
      ['203.0.113.10', '203.0.113.9', '::ffff:203.0.113.9', '::ffff:cb00:7109', '203.0.113.9'],
    ] as const) {
      const statuses = [];
      for (const address of [...same, other]) statuses.push((await logIn(address)).status);
      expect(statuses).toEqual([401, 401, 401, 429, 401]);
    }
  });

  test('ignore addresses that the client itself writes into X-Forwarded-For', async () => {
    const statuses = [];
    for (const invented of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']) {
      statuses.push((await logIn(`${invented}, 192.0.2.200`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  test('apply before the body is read', async () => {
    const send = () =>
      addressLimited.post('auth/login', undefined, {
        raw: '{',
        headers: { 'x-forwarded-for': '192.0.2.50' },
      });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([415, 415, 415, 429]);
  });
});

test('RATE_LIMIT=off turns off all limits and their headers', async () => {
  const app = await startApp({ RATE_LIMIT: 'off', RATE_LIMIT_LOGIN: '1/1h' });
  try {
    for (let count = 0; count < 8; count += 1) {
      const { status, headers } = await app.post('auth/login', { username: 'x', password: 'y' });
      expect([status, headers.get('ratelimit')]).toEqual([401, null]);
    }
  } finally {
    await app.close();
  }
});
