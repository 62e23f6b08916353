import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp();
  account = await app.account();
});
afterAll(() => app.close());

describe('Flask Customers API: supported use cases', () => {
  test('log in, create customers with an updated_at, list the youngest, refresh, log out', async () => {
    const { username } = await app.storedAccount();
    const { token, refreshToken } = await app.logIn(username);
    for (const dob of ['1980-06-15', '1999-09-09']) {
      const body = { name: 'Ada', dob, updated_at: '2001-01-01' };
      const { status, body: made } = await app.post('customers', body, { token });
      expect(status).toBe(201);
      expect(made.updated_at).not.toContain('2001');
    }
    const { body: youngest } = await app.get('customers?n=1', { token });
    expect(youngest.data).toMatchObject([{ name: 'Ada', dob: '1999-09-09' }]);
    const refresh = await app.post('auth/refresh', { refresh_token: refreshToken });
    expect(refresh.status).toBe(200);
    expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
  });
});

describe('Flask Customers API: fixed faults', () => {
  test('DELETE /customers/{id} answers 401 without a token', async () => {
    const { body } = await app.post('customers', { name: 'Kept' }, account);
    expectProblem(await app.delete(`customers/${body.id}`), 401, 'unauthenticated');
    expect((await app.get(`customers/${body.id}`, account)).status).toBe(200);
  });

  test('POST /auth/logout revokes the access token', async () => {
    const { token } = await app.account();
    await app.post('auth/logout', undefined, { token });
    expectProblem(await app.get('customers', { token }), 401, 'invalid_token');
  });

  test('POST /auth/login answers 401 for a wrong password', async () => {
    const body = { username: account.username, password: 'wrong password' };
    expectProblem(await app.post('auth/login', body), 401, 'invalid_credentials');
  });

  test('POST /customers accepts the same name twice', async () => {
    const answers = [1, 2].map(() => app.post('customers', { name: 'Twin' }, account));
    for (const { status } of await Promise.all(answers)) expect(status).toBe(201);
    const { body } = await app.get('customers?name=twin', account);
    expect(body.data).toHaveLength(2);
  });

  test('PUT /customers/{id} answers 404 for an unknown id', async () => {
    const answer = await app.put(`customers/${randomUUID()}`, { name: 'Nobody' }, account);
    expectProblem(answer, 404, 'not_found');
  });

  test('access tokens are valid after a restart', async () => {
    const restarted = await startSecondInstance(app);
    expect(await restarted.isActive(account.token)).toBe(true);
    await restarted.close();
  });

  test('GET /docs has an Authorize button: the document declares bearer tokens', async () => {
    const { body } = await app.get('/docs-json');
    expect(body.components.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
    const { security } = body.paths['/api/v1/customers'].get;
    expect(security).toContainEqual({ bearer: [] });
    expect((await app.get('/docs')).status).toBe(200);
  });

  test.each(['-1', '0', '1001', '1e2', '', '1.0'])(
    'GET /customers answers 400 for n=%s',
    async (n) => {
      const code = n === '1001' ? 'range' : 'format';
      expectInvalid(await app.get(`customers?n=${n}`, account), { n: code });
    },
  );
});
