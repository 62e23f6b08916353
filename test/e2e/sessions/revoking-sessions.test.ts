import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RevokedReason } from '../../../src/sessions/session.entity.js';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
} from '../../support/app.ts';
import { sessionOf } from '../../support/tokens.ts';
import { untilRedisIsTrusted } from '../../support/trusted-redis.ts';
import type { Answer } from '../../support/client.ts';

interface Cause {
  name: string;
  reason: RevokedReason;
  /** The number of the account's three sessions that are revoked. */
  revoked: number;
  cause: (app: TestApp, account: Account, admin: Account) => Promise<Answer>;
}

const CAUSES: Cause[] = [
  {
    name: 'log-out',
    reason: 'logout',
    revoked: 1,
    cause: (app, { token }) => app.post('auth/logout', undefined, { token }),
  },
  {
    name: 'log-out of the other sessions',
    reason: 'logout',
    revoked: 2,
    cause: (app, { token }) => app.post('auth/logout?scope=others', undefined, { token }),
  },
  {
    name: 'log-out of all sessions',
    reason: 'logout',
    revoked: 3,
    cause: (app, { token }) => app.post('auth/logout?scope=all', undefined, { token }),
  },
  {
    name: 'reuse of a refresh token',
    reason: 'refresh_reused',
    revoked: 1,
    cause: async (app, { refreshToken }) => {
      await app.post('auth/refresh', { refresh_token: refreshToken });
      await app.query(
        `UPDATE sessions SET rotated_at = rotated_at - interval '31 s' WHERE id = $1`,
        [sessionOf(refreshToken)],
      );
      return app.post('auth/refresh', { refresh_token: refreshToken });
    },
  },
  {
    name: 'a password change',
    reason: 'password_changed',
    revoked: 2,
    cause: (app, { token }) => {
      const body = { old_password: PASSWORD, new_password: `${PASSWORD}!` };
      return app.put('users/me/password', body, { token });
    },
  },
  {
    name: 'a role change',
    reason: 'role_changed',
    revoked: 3,
    cause: (app, { id }, { token }) => app.patch(`users/${id}`, { role: 'viewer' }, { token }),
  },
  {
    name: 'a status change',
    reason: 'status_changed',
    revoked: 3,
    cause: (app, { id }, { token }) => app.patch(`users/${id}`, { status: 'disabled' }, { token }),
  },
  {
    name: 'the deletion of the user',
    reason: 'user_deleted',
    revoked: 3,
    cause: (app, { id }, { token }) => app.delete(`users/${id}`, { token }),
  },
  {
    name: 'a revocation by an admin',
    reason: 'session_ended',
    revoked: 3,
    cause: (app, { id }, { token }) => app.delete(`users/${id}/sessions`, { token }),
  },
  {
    name: 'one more log-in than SESSIONS_PER_USER',
    reason: 'session_limit',
    revoked: 1,
    cause: (app, { username }) => app.post('auth/login', { username, password: PASSWORD }),
  },
];

describe.each([
  ['with Redis', {}],
  ['without Redis', { REDIS_URL: '' }],
])('%s, the other instance refuses the tokens of revoked sessions after', (_name, redis) => {
  let first: TestApp;
  let second: TestApp;
  let admin: Account;
  beforeAll(async () => {
    first = await startApp({ SESSIONS_PER_USER: '3', RATE_LIMIT: 'off', ...redis });
    second = await startSecondInstance(first);
    admin = await first.account('admin');
    // Otherwise PostgreSQL would answer instead of Redis.
    if (!('REDIS_URL' in redis)) await untilRedisIsTrusted(first, second);
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
  });

  test.each(CAUSES)('$name', async ({ reason, revoked, cause }) => {
    const account = await first.account();
    const others = [await first.logIn(account.username), await second.logIn(account.username)];
    await cause(first, account, admin);

    const pairs = [account, ...others];
    const states = await Promise.all(
      pairs.map(async ({ token, refreshToken }) => ({
        access: (await second.get('auth/sessions', { token })).status,
        refresh:
          reason === 'refresh_reused' && token === account.token
            ? 401
            : await refresh(refreshToken),
      })),
    );
    const refused = states.filter(({ access }) => access === 401);
    expect(refused).toHaveLength(revoked);
    expect(refused.map(({ refresh }) => refresh)).toEqual(Array(revoked).fill(401));
    expect(states.filter(({ access }) => access === 200)).toHaveLength(3 - revoked);

    const rows = await first.query(
      `SELECT revoked_reason AS reason, count(*)::int FROM sessions
       WHERE user_id = $1 AND revoked_at IS NOT NULL GROUP BY 1`,
      [account.id],
    );
    expect(rows).toEqual([{ reason, count: revoked }]);
  });

  async function refresh(refreshToken: string): Promise<number> {
    return (await second.post('auth/refresh', { refresh_token: refreshToken })).status;
  }
});
