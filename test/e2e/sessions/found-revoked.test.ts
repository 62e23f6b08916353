import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { sessionOf } from '../../support/tokens.ts';
import { untilRedisIsTrusted } from '../../support/trusted-redis.ts';

let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  app = await startApp();
  second = await startSecondInstance(app);
  await untilRedisIsTrusted(app, second);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

/** Revokes a session as an instance that stops between its COMMIT and the write to Redis. */
async function revokeWithoutRedis({ token }: Account): Promise<void> {
  await app.query(
    `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout' WHERE id = $1`,
    [sessionOf(token)],
  );
}

describe('a session that was revoked without a key in Redis', () => {
  it.each<
    [
      string,
      (account: Account, other: string) => ReturnType<TestApp['post']>,
      'invalid_token' | 'not_found',
    ]
  >([
    [
      'POST /auth/logout',
      ({ refreshToken }) => app.post('auth/logout', { refresh_token: refreshToken }),
      'invalid_token',
    ],
    [
      'POST /auth/logout?scope=all',
      ({ refreshToken }) => app.post('auth/logout?scope=all', { refresh_token: refreshToken }),
      'invalid_token',
    ],
    [
      'POST /auth/refresh',
      ({ refreshToken }) => app.post('auth/refresh', { refresh_token: refreshToken }),
      'invalid_token',
    ],
    [
      'DELETE /auth/sessions/{id}',
      ({ token }, other) => app.delete(`auth/sessions/${sessionOf(token)}`, { token: other }),
      'not_found',
    ],
  ])('is refused by every instance after %s has found it revoked', async (_, send, code) => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    await revokeWithoutRedis(account);
    const answer = await send(account, other.token);
    expectProblem(answer, code === 'not_found' ? 404 : 401, code);
    expect(await second.isActive(account.token)).toBe(false);
  });

  it('cannot be refreshed while Redis has it revoked, even if PostgreSQL lost the revocation', async () => {
    const account = await app.account();
    expect((await app.post('auth/logout', undefined, { token: account.token })).status).toBe(204);
    await app.query('UPDATE sessions SET revoked_at = NULL, revoked_reason = NULL WHERE id = $1', [
      sessionOf(account.token),
    ]);
    const refreshed = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expectProblem(refreshed, 401, 'invalid_token');
  });
});
