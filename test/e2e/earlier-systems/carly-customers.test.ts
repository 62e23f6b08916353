import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { routesOf } from '../../support/routes.ts';

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp();
  account = await app.account();
});
afterAll(() => app.close());

describe('Carly customer interface: supported use cases', () => {
  test('register and log in by e-mail, create a customer and find it by e-mail', async () => {
    const email = 'user-of-e@example.com';
    expect((await app.post('auth/register', { email, password: PASSWORD })).status).toBe(201);
    const { body: tokens } = await app.post('auth/login', { email, password: PASSWORD });
    const send = { token: tokens.access_token };
    const body = { external_id: 'E-1', email, country: 'de', language: 'DE' };
    const created = await app.post('customers', body, send);
    expect(created.body).toMatchObject({
      external_id: 'E-1',
      email,
      country: 'DE',
      language: 'de',
    });
    const found = await app.get('customers?email=USER-OF-E@example.com', send);
    expect(found.body.data).toEqual([created.body]);
  });
});

describe('Carly customer interface: fixed faults', () => {
  test('every route except the listed ones answers 401 without a token', async () => {
    const open = [
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'GET /.well-known/jwks.json',
      'POST /api/v1/auth/register',
      'POST /api/v1/auth/login',
      'POST /api/v1/auth/activation',
      'POST /api/v1/auth/activation/resend',
      'POST /api/v1/auth/password/forgot',
      'POST /api/v1/auth/password/reset',
    ];
    const closed = routesOf(app).filter((route) => !open.includes(route));
    for (const route of closed) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await app.send(method, path.replace(':id', account.id));
      expect(answer.status, route).toBe(401);
      if (method !== 'HEAD') expectProblem(answer, 401, 'unauthenticated', route);
    }
    expect(closed.length).toBeGreaterThan(15);
  });

  test('POST /customers answers 409 for a known external_id and does not overwrite', async () => {
    const body = { external_id: 'E-2', name: 'First' };
    const { body: first } = await app.post('customers', body, account);
    const second = await app.post('customers', { ...body, name: 'Second' }, account);
    expectProblem(second, 409, 'external_id_taken');
    expect((await app.get(`customers/${first.id}`, account)).body).toEqual(first);
  });

  test('responses contain no password hash', async () => {
    const body = { username: 'plain-user', password: PASSWORD };
    const admin = await app.account('admin');
    const texts = [
      await app.post('auth/register', body),
      await app.post('auth/login', body),
      await app.get('users', admin),
      await app.get('users/me', account),
      await app.patch('users/me', { name: 'N' }, account),
      await app.post('users', { ...body, username: 'plain-user-2' }, admin),
      await app.get('auth/sessions', account),
    ].map(({ text }) => text);
    expect(texts.join()).not.toMatch(/argon2|hash|password/i);
    const rows = await app.query<{ password_hash: string }>('SELECT password_hash FROM users');
    for (const { password_hash: hash } of rows) expect(texts.join()).not.toContain(hash);
  });

  test('DELETE /users/me revokes the sessions and prevents log-ins immediately', async () => {
    const { username, token, refreshToken } = await app.account();
    expect((await app.delete('users/me', { token })).status).toBe(204);
    expect(await app.isActive(token)).toBe(false);
    const refresh = await app.post('auth/refresh', { refresh_token: refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
    const login = await app.post('auth/login', { username, password: PASSWORD });
    expectProblem(login, 401, 'invalid_credentials');
  });
});
