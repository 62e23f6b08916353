import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
});
afterAll(() => app.close());

const NOTHING = ['', ' ', '\r\n\t ', 'null', ' null\n'];
const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense'];

describe('a body that is empty, blank or null is treated as no body', () => {
  test.each(NOTHING)('POST /auth/logout answers 204 for %j', async (raw) => {
    for (const type of TYPES) {
      const account = await app.account();
      const options = { token: account.token, raw, headers: { 'content-type': type } };
      expect((await app.send('POST', 'auth/logout', options)).status, type).toBe(204);
      expect(await app.isActive(account.token), type).toBe(false);
    }
  });

  test.each(NOTHING)('PUT and PATCH /customers/{id} answer 400 for %j', async (raw) => {
    const { body } = await app.post('customers', { name: 'Ada' }, { token });
    for (const method of ['PUT', 'PATCH']) {
      const headers = { 'content-type': 'application/json' };
      const answer = await app.send(method, `customers/${body.id}`, { token, raw, headers });
      expectInvalid(answer, { '': 'required' }, method);
    }
  });

  test.each(NOTHING)('POST /auth/register answers 400 for %j', async (raw) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.send('POST', 'auth/register', { raw, headers });
    expectProblem(answer, 400, 'validation_failed');
  });

  test.each(['nul', 'NULL', 'nullnull', '0', '""', 'false', '[]'])(
    'POST /auth/logout answers 400 for %s, which is a body',
    async (raw) => {
      const account = await app.account();
      const options = {
        token: account.token,
        raw,
        headers: { 'content-type': 'application/json' },
      };
      expect((await app.send('POST', 'auth/logout', options)).status).toBe(400);
    },
  );
});

describe('POST /auth/logout with a token in the body', () => {
  test.each(['rubbish', '', 'a.b.c'])(
    'answers 401 for %j, even with a valid header',
    async (invalid) => {
      const account = await app.account();
      const body = { refresh_token: invalid };
      const answer = await app.post('auth/logout', body, { token: account.token });
      expectProblem(answer, 401, 'invalid_token');
      expect(await app.isActive(account.token)).toBe(true);
    },
  );

  test('answers 401 for an access token in the body', async () => {
    const [one, other] = [await app.account(), await app.account()];
    const body = { refresh_token: one.token };
    expectProblem(
      await app.post('auth/logout', body, { token: other.token }),
      401,
      'invalid_token',
    );
    expect(await app.isActive(other.token)).toBe(true);
  });
});
