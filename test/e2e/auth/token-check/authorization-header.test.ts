import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, type TestApp } from '../../../support/app.ts';
import { expectProblem } from '../../../support/problem.ts';

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp();
  account = await app.account();
});
afterAll(() => app.close());

const get = (authorization: string) => app.get('users/me', { headers: { authorization } });

describe('GET /users/me with an Authorization header', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'accepts the scheme %s, followed by one space or more',
    async (scheme) => {
      expect((await get(`${scheme} ${account.token}`)).status).toBe(200);
      expect((await get(`${scheme}   ${account.token}`)).status).toBe(200);
    },
  );

  test.each([
    ['the scheme alone', () => 'Bearer'],
    ['a tab', () => `Bearer\t${account.token}`],
    ['an equals sign', () => `Bearer=${account.token}`],
    ['a colon', () => `Bearer: ${account.token}`],
    ['quotes', () => `Bearer "${account.token}"`],
    ['angle brackets', () => `Bearer <${account.token}>`],
    ['two tokens', () => `Bearer ${account.token} ${account.token}`],
    ['a list', () => `Bearer ${account.token},${account.token}`],
    ['a list of schemes', () => `Bearer ${account.token}, Basic dTpw`],
    ['the scheme twice', () => `Bearer Bearer ${account.token}`],
    ['a parameter', () => `Bearer token=${account.token}`],
  ])('answers 401 invalid_token for %s', async (_, value) => {
    const answer = await get(value());
    expectProblem(answer, 401, 'invalid_token');
  });

  test.each([
    ['another scheme', () => `Basic ${Buffer.from('user:password').toString('base64')}`],
    ['another scheme with the token', () => `Token ${account.token}`],
    ['no space', () => `Bearer${account.token}`],
    ['the token alone', () => account.token],
    ['nothing', () => ''],
  ])('answers 401 unauthenticated for %s', async (_, value) => {
    expectProblem(await get(value()), 401, 'unauthenticated');
  });
});

test('a token in the query, a cookie, another header or the body is ignored: 401', async () => {
  const { token } = account;
  expectProblem(await app.get(`users/me?access_token=${token}`), 401, 'unauthenticated');
  const cookie = { headers: { cookie: `access_token=${token}`, 'x-access-token': token } };
  expectProblem(await app.get('users/me', cookie), 401, 'unauthenticated');
  const inBody = await app.post('customers', { access_token: token, refresh_token: token });
  expectProblem(inBody, 401, 'unauthenticated');
});
