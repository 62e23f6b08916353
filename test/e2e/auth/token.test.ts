import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { decode, sessionOf } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('a live token tells whose it is and what it is good for', async () => {
  const { id, token } = await app.account('viewer');
  const { status, body } = await app.get('auth/token', { token });
  expect(status).toBe(200);
  expect(body).toEqual({
    user_id: id,
    session_id: sessionOf(token),
    role: 'viewer',
    expires_at: new Date(Number(decode(token).claims['exp']) * 1_000).toISOString(),
    permissions: ['customers:read', 'users:read', 'events:read'],
    kind: 'person',
    key_id: null,
  });
});

test('a token is refused from the moment that its session has ended', async () => {
  const { token } = await app.account();
  await app.post('auth/logout', undefined, { token });
  expectProblem(await app.get('auth/token', { token }), 401, 'invalid_token');
});

test('a refresh token is not one', async () => {
  const { refreshToken } = await app.account();
  expectProblem(await app.get('auth/token', { token: refreshToken }), 401, 'invalid_token');
});
