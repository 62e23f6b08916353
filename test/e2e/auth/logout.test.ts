import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { decode, SECRETS, sessionOf, sign } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

interface Tokens {
  token: string;
  refreshToken: string;
}

const variants: [string, (tokens: Tokens, query?: string) => ReturnType<TestApp['post']>][] = [
  [
    'access token as Bearer',
    ({ token }, query = '') => app.post(`auth/logout${query}`, undefined, { token }),
  ],
  [
    'refresh token as Bearer',
    ({ refreshToken: token }, query = '') => app.post(`auth/logout${query}`, undefined, { token }),
  ],
  [
    'refresh token in the body',
    ({ refreshToken }, query = '') =>
      app.post(`auth/logout${query}`, { refresh_token: refreshToken }),
  ],
];

describe.each(variants)('POST /auth/logout with the %s', (_, logOut) => {
  test('revokes the session and with it both tokens', async () => {
    const account = await app.account();
    const { status, text } = await logOut(account);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expectProblem(await app.get('users/me', { token: account.token }), 401, 'invalid_token');
    const refresh = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
  });

  test('answers 401 the second time', async () => {
    const account = await app.account();
    await logOut(account);
    expectProblem(await logOut(account), 401, 'invalid_token');
  });

  test('and scope=others revokes the other sessions of the account, and can be repeated', async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    const unrelated = await app.account();
    expect((await logOut(account, '?scope=others')).status).toBe(204);
    expect(await app.isActive(account.token)).toBe(true);
    expect(await app.isActive(other.token)).toBe(false);
    expect(await app.isActive(unrelated.token)).toBe(true);
    expect((await logOut(account, '?scope=others')).status).toBe(204);
  });

  test('and scope=all revokes every session of the account and no other', async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    const unrelated = await app.account();
    expect((await logOut(account, '?scope=all')).status).toBe(204);
    expect(await app.isActive(account.token)).toBe(false);
    expect(await app.isActive(other.token)).toBe(false);
    expect(await app.isActive(unrelated.token)).toBe(true);
  });

  test.each(['?scope=session', '?scope=others', '?scope=all'])(
    'of a revoked session answers 401 and revokes nothing: %s',
    async (query) => {
      const account = await app.account();
      await logOut(account);
      const later = await app.logIn(account.username);
      expectProblem(await logOut(account, query), 401, 'invalid_token');
      expect(await app.isActive(later.token)).toBe(true);
    },
  );

  test('of an expired session answers 401 and revokes nothing', async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    await app.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [
      sessionOf(account.token),
    ]);
    expectProblem(await logOut(account, '?scope=others'), 401, 'invalid_token');
    expectProblem(await logOut(account, '?scope=all'), 401, 'invalid_token');
    expect(await app.isActive(other.token)).toBe(true);
  });

  test('audits the scope and the number of revoked sessions', async () => {
    const account = await app.account();
    await app.logIn(account.username);
    // An expired session is not counted.
    await app.query(
      `INSERT INTO sessions (user_id, expires_at) VALUES ($1, now() - interval '1 second')`,
      [account.id],
    );
    await logOut(account, '?scope=all');
    const events = await app.query(
      `SELECT outcome, actor_id, subject_id, details FROM audit_events WHERE action = 'logout' AND actor_id = $1`,
      [account.id],
    );
    expect(events).toEqual([
      {
        outcome: 'success',
        actor_id: account.id,
        subject_id: sessionOf(account.token),
        details: { scope: 'all', sessions: 2 },
      },
    ]);
  });

  test.each(['?scope=everything', '?scope=', '?scope=all&scope=session'])(
    'answers 400 for %s and revokes nothing',
    async (query) => {
      const account = await app.account();
      const code = query.includes('&') ? 'type' : 'enum';
      expectInvalid(await logOut(account, query), { scope: code });
      expect(await app.isActive(account.token)).toBe(true);
    },
  );
});

describe('POST /auth/logout', () => {
  test('accepts a refresh token of any generation', async () => {
    const account = await app.account();
    let newest = account.refreshToken;
    for (let generation = 2; generation <= 4; generation += 1) {
      newest = (await app.post('auth/refresh', { refresh_token: newest })).body.refresh_token;
    }
    const { status } = await app.post('auth/logout', { refresh_token: account.refreshToken });
    expect(status).toBe(204);
    expect(await app.isActive(account.token)).toBe(false);
  });

  test('answers 204 to one of two concurrent requests and 401 to the other', async () => {
    const { token } = await app.account();
    const answers = await Promise.all(
      [1, 2].map(() => app.post('auth/logout', undefined, { token })),
    );
    expect(statusesOf(answers)).toEqual([204, 401]);
  });

  test.each([
    ['a truncated token', (token: string) => token.slice(0, -2)],
    ['another string', () => 'nonsense'],
    ['an empty string', () => ''],
    ['a number', () => 5],
  ])('uses refresh_token rather than the header, even if it is %s', async (_, broken) => {
    const account = await app.account();
    const body = { refresh_token: broken(account.refreshToken) };
    const answer = await app.post('auth/logout', body, { token: account.token });
    expectProblem(answer, 401, 'invalid_token');
    expect(await app.isActive(account.token)).toBe(true);
  });

  test.each(['null', '', ' ', ' \r\n\t', '{}'])(
    'treats the body %j as no body, as does POST /auth/refresh',
    async (raw) => {
      const json = { 'content-type': 'application/json' };
      const { token, refreshToken } = await app.account();
      const refreshed = await app.send('POST', 'auth/refresh', {
        raw,
        token: refreshToken,
        headers: json,
      });
      expect(refreshed.status).toBe(200);
      const { status } = await app.send('POST', 'auth/logout', { raw, token, headers: json });
      expect(status).toBe(204);
      expect(await app.isActive(token)).toBe(false);
    },
  );

  test('answers 401 without a token and with an invalid one', async () => {
    expectProblem(await app.post('auth/logout'), 401, 'unauthenticated');
    expectProblem(await app.post('auth/logout', { refresh_token: 'x' }), 401, 'invalid_token');
    expectProblem(await app.post('auth/logout', undefined, { token: 'x' }), 401, 'invalid_token');
  });
});

test.each(['auth/logout', 'auth/refresh', 'auth/login', 'auth/register'])(
  'GET /%s answers 405 and changes nothing',
  async (path) => {
    const { token } = await app.account();
    const answer = await app.get(path, { token });
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
    expect(await app.isActive(token)).toBe(true);
  },
);

test.each(['session', 'others', 'all'])(
  'POST /auth/logout?scope=%s answers 401 to a token with the session of another account',
  async (scope) => {
    const [one, other] = [await app.account(), await app.account()];
    const { header, claims } = decode(one.refreshToken);
    const token = sign(header, { ...claims, sub: other.id }, SECRETS.refresh);
    const answer = await app.post(`auth/logout?scope=${scope}`, { refresh_token: token });
    expectProblem(answer, 401, 'invalid_token');
    expect(await app.isActive(one.token)).toBe(true);
    expect(await app.isActive(other.token)).toBe(true);
  },
);
