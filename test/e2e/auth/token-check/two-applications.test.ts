import passport from 'passport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokenStrategy } from '../../../../src/auth/strategies/access-token.strategy.js';
import { RefreshTokenStrategy } from '../../../../src/auth/strategies/refresh-token.strategy.js';
import { type Account, startApp, type TestApp } from '../../../support/app.ts';
import { expectProblem } from '../../../support/problem.ts';

describe('two applications with different keys in one process', () => {
  let first: TestApp;
  let second: TestApp;
  let accounts: Account[];
  beforeAll(async () => {
    first = await startApp();
    second = await startApp({
      JWT_ACCESS_SECRET: 'another-access-Kq3vX8mZ1nB6tR4wY9cJ2hL7pD5',
      JWT_REFRESH_SECRET: 'another-refresh-Wm7xT2bN9kQ4vZ8jC1rH6yL3dP5',
    });
    accounts = [await first.account(), await second.account()];
  });
  afterAll(async () => {
    await second.close();
    await first.close();
  });

  it('accept only their own refresh tokens, also in concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const at = Math.floor(index / 2) % 2 ? second : first;
        return at.post('auth/refresh', { refresh_token: accounts[index % 2]?.refreshToken });
      }),
    );
    const isOwn = (index: number) => index % 2 === Math.floor(index / 2) % 2;
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_, index) => (isOwn(index) ? 200 : 401)),
    );
  });

  it('accept only their own access tokens at log-out', async () => {
    const [account] = accounts;
    const token = account?.token;
    expectProblem(await second.post('auth/logout', undefined, { token }), 401, 'invalid_token');
    expect((await first.post('auth/logout', undefined, { token })).status).toBe(204);
  });

  it('register their Passport strategies under the names that AuthGuard uses', () => {
    const registered = passport as unknown as { _strategy(name: string): unknown };
    expect(registered._strategy('access-token')).toBe(second.app.nest.get(AccessTokenStrategy));
    expect(registered._strategy('refresh-token')).toBe(second.app.nest.get(RefreshTokenStrategy));
    expect(registered._strategy('jwt')).toBeUndefined();
  });
});
