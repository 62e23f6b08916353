import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { decode, sessionOf } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

function lifeOf(token: string): number {
  const { iat, exp } = decode(token).claims;
  return Number(exp) - Number(iat);
}

async function logIn(at: TestApp) {
  const { username } = await app.storedAccount();
  return (await at.post('auth/login', { username, password: PASSWORD })).body;
}

async function withLifetimes(
  lifetimes: { ACCESS_TOKEN_TTL: string; REFRESH_TOKEN_TTL: string },
  work: (instance: TestApp) => Promise<void>,
): Promise<void> {
  const instance = await startSecondInstance(app, lifetimes);
  try {
    await work(instance);
  } finally {
    await instance.close();
  }
}

/** Waits until the token has expired for instances that misjudge PostgreSQL's clock by half a slow answer. */
async function untilExpired(token: string): Promise<void> {
  const end = Number(decode(token).claims['exp']) * 1_000;
  await sleep(end - Date.now() + 300);
}

describe('expires_in and the expiry of tokens', () => {
  test.each([
    ['10m', '30d', 600, 2_592_000],
    ['90s', '12h', 90, 43_200],
    ['1d', '400d', 86_400, 34_560_000],
  ])(
    'are equal after POST /auth/login with the lifetimes %s and %s',
    async (access, refresh, accessSeconds, refreshSeconds) => {
      const lifetimes = { ACCESS_TOKEN_TTL: access, REFRESH_TOKEN_TTL: refresh };
      await withLifetimes(lifetimes, async (instance) => {
        const body = await logIn(instance);
        expect(body).toMatchObject({
          expires_in: accessSeconds,
          refresh_expires_in: refreshSeconds,
        });
        expect(lifeOf(body.access_token)).toBe(accessSeconds);
        expect(lifeOf(body.refresh_token)).toBe(refreshSeconds);
      });
    },
  );

  test('never exceed the expiry of the session after POST /auth/refresh', async () => {
    const { token, refreshToken } = await app.account();
    await app.query(
      `UPDATE sessions SET expires_at = date_trunc('second', now()) + interval '100 s' WHERE id = $1`,
      [sessionOf(token)],
    );
    const { body } = await app.post('auth/refresh', { refresh_token: refreshToken });
    const { exp, iat } = decode(body.access_token).claims;
    expect(body.expires_in).toBe(Number(exp) - Number(iat));
    expect(body.expires_in).toBeLessThanOrEqual(100);
    expect(body.refresh_expires_in).toBe(body.expires_in);
    expect(decode(body.refresh_token).claims['exp']).toBe(exp);
  });
});

describe('an expired token is answered 401', () => {
  test('access token, by every instance, while the session can still be refreshed', async () => {
    const lifetimes = { ACCESS_TOKEN_TTL: '3s', REFRESH_TOKEN_TTL: '1h' };
    await withLifetimes(lifetimes, async (instance) => {
      const body = await logIn(instance);
      for (const at of [instance, app]) expect(await at.isActive(body.access_token)).toBe(true);
      await untilExpired(body.access_token);
      for (const at of [instance, app]) {
        const answer = await at.get('users/me', { token: body.access_token });
        expectProblem(answer, 401, 'invalid_token');
      }
      const again = await instance.post('auth/refresh', { refresh_token: body.refresh_token });
      expect(again.status).toBe(200);
    });
  });

  test('refresh token, by POST /auth/refresh and POST /auth/logout', async () => {
    const lifetimes = { ACCESS_TOKEN_TTL: '1s', REFRESH_TOKEN_TTL: '2s' };
    await withLifetimes(lifetimes, async (instance) => {
      const body = await logIn(instance);
      await untilExpired(body.refresh_token);
      const answer = await instance.post('auth/refresh', { refresh_token: body.refresh_token });
      expectProblem(answer, 401, 'invalid_token');
      const logout = await instance.post('auth/logout', { refresh_token: body.refresh_token });
      expectProblem(logout, 401, 'invalid_token');
    });
  });
});
