import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { decode, sessionOf } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('GET /auth/token', () => {
  test('answers with the user, session, role and permissions of the access token', async () => {
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

  test('answers 401 once the session is revoked', async () => {
    const { token } = await app.account();
    await app.post('auth/logout', undefined, { token });
    expectProblem(await app.get('auth/token', { token }), 401, 'invalid_token');
  });

  test('answers 401 to a refresh token', async () => {
    const { refreshToken } = await app.account();
    expectProblem(await app.get('auth/token', { token: refreshToken }), 401, 'invalid_token');
  });
});
