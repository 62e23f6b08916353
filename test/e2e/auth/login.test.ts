import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { whileRowIsLocked } from '../../support/lock.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { decode } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.post('auth/register', {
    username: 'Jane.Doe',
    email: 'Jane@Example.com',
    mobile: '+4915123456789',
    password: PASSWORD,
  });
});
afterAll(() => app.close());

const logIn = (body: object) => app.post('auth/login', { password: PASSWORD, ...body });

describe('POST /auth/login', () => {
  test.each([
    { username: 'Jane.Doe' },
    { username: 'jANE.dOE' },
    { email: 'Jane@Example.com' },
    { email: 'jANE@eXAMPLE.COM' },
    { mobile: '+4915123456789' },
    { mobile: '+49 (151) 234-567.89' },
    { username: 'jane.doe', email: null, mobile: null },
    { login: 'jANE.dOE' },
    { login: 'jANE@eXAMPLE.COM' },
    { login: '+49 (151) 234-567.89' },
  ])('answers 200 for %j in any case and format', async (name) => {
    const { status, headers, body } = await logIn(name);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_expires_in: 2_592_000,
    });
  });
});

describe('the tokens of POST /auth/login', () => {
  test('contain the session, the role and their lifetimes, and nothing else', async () => {
    const { body } = await logIn({ username: 'jane.doe' });
    const access = decode(body.access_token);
    const refresh = decode(body.refresh_token);
    const common = { iss: 'customer-api', aud: 'customer-api', sub: access.claims['sub'] };
    expect(access.header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(refresh.header).toEqual({ alg: 'HS256', typ: 'rt+jwt', kid: expect.any(String) });
    expect(access.header['kid']).not.toBe(refresh.header['kid']);
    const iat = Number(access.claims['iat']);
    expect(access.claims).toEqual({
      ...common,
      sid: expect.any(String),
      jti: expect.any(String),
      role: 'user',
      iat,
      exp: iat + 600,
    });
    expect(refresh.claims).toEqual({
      ...common,
      sid: access.claims['sid'],
      gen: 1,
      iat,
      exp: iat + 2_592_000,
    });
  });

  test('belong to a new session each time, with its address and user agent', async () => {
    const account = await app.account();
    const again = await app.post(
      'auth/login',
      { username: account.username, password: PASSWORD },
      { headers: { 'user-agent': 'a browser' } },
    );
    const { data } = (await app.get('auth/sessions', { token: again.body.access_token })).body;
    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({ ip: '127.0.0.1', user_agent: 'a browser', current: true });
    expect(data[0].id).toBe(decode(again.body.access_token).claims['sid']);
  });
});

describe('POST /auth/login with wrong credentials or input', () => {
  test('gives the same 401 for unknown, active, disabled and passwordless accounts', async () => {
    const disabled = await app.storedAccount();
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    const passwordless = await app.storedAccount();
    await app.query(`UPDATE users SET password_hash = NULL WHERE id = $1`, [passwordless.id]);
    const wrong = { password: 'not the password' };
    const answers = await Promise.all([
      logIn({ username: 'nobody.here' }),
      logIn({ email: 'nobody@example.com' }),
      logIn({ mobile: '+4900000000' }),
      logIn({ username: 'jane.doe', ...wrong }),
      logIn({ username: 'jane.doe', password: '' }),
      logIn({ username: disabled.username, ...wrong }),
      logIn({ username: passwordless.username }),
      logIn({ username: `jane.doe'--` }),
    ]);
    const bodies = answers.map((answer) => {
      expectProblem(answer, 401, 'invalid_credentials');
      return { ...answer.body, request_id: '' };
    });
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  test.each(['disabled', 'pending'])(
    'answers 403 for a %s account with the right password',
    async (status) => {
      const { id, username } = await app.storedAccount();
      await app.query(`UPDATE users SET status = $2 WHERE id = $1`, [id, status]);
      expectProblem(await logIn({ username }), 403, 'account_not_active');
    },
  );

  test.each([
    [{}, { '/username': 'one_of' }],
    [{ username: null }, { '/username': 'one_of' }],
    [{ username: 'jane.doe', email: 'jane@example.com' }, { '/username': 'one_of' }],
    [{ email: 'jane@example.com', mobile: '+4915123456789' }, { '/username': 'one_of' }],
    [{ username: 'jane.doe', password: undefined }, { '/password': 'required' }],
    [{ username: 'jane.doe', password: 5 }, { '/password': 'type' }],
    [{ username: ['jane.doe'] }, { '/username': 'type' }],
    [{ username: { $ne: null } }, { '/username': 'type' }],
    [{ username: 'a\u0000b' }, { '/username': 'characters' }],
    [{ email: 'jane' }, { '/email': 'format' }],
    [{ mobile: 'call me' }, { '/mobile': 'format' }],
    [{ username: 'jane.doe', remember: true }, { '/remember': 'unknown_field' }],
  ] as const)('answers 400 for %j', async (body, fields) => {
    expectInvalid(await logIn(body), fields);
  });
});

describe('the audit events of POST /auth/login', () => {
  test('record successes and failures, without the name of an unknown account', async () => {
    const { id, username } = await app.storedAccount();
    await logIn({ username, password: 'not the password' });
    await logIn({ username });
    const events = await app.query(
      'SELECT action, outcome, actor_id FROM audit_events WHERE $1 IN (subject_id, actor_id) ORDER BY id',
      [id],
    );
    expect(events).toEqual([
      { action: 'login_failed', outcome: 'failure', actor_id: null },
      { action: 'login', outcome: 'success', actor_id: id },
    ]);
    const unknown = uniqueName();
    await logIn({ username: unknown });
    const all = await app.query('SELECT * FROM audit_events');
    expect(JSON.stringify(all)).not.toContain(unknown);
  });
});

/** Argon2id hash of a password that no test account has. */
const OTHER_HASH =
  '$argon2id$v=19$m=8,t=1,p=1$xP8BbA1PP5oYkeLZ2/L97Q$jolnCQij11k5ovO6a6CQzAiGUUlTtRxBu8vJWgCGVno';

describe('POST /auth/login in flight answers 401 after', () => {
  test.each([
    ['a new password', `UPDATE users SET password_hash = '${OTHER_HASH}' WHERE id = $1`],
    ['a new role', `UPDATE users SET role = 'viewer' WHERE id = $1`],
    ['a change to disabled', `UPDATE users SET status = 'disabled' WHERE id = $1`],
    ['a deletion', `DELETE FROM users WHERE id = $1`],
  ])('%s', async (_, change) => {
    const { id, username } = await app.storedAccount();
    const answer = await whileRowIsLocked(app, 'users', id, () => logIn({ username }), change);
    expectProblem(answer, 401, 'invalid_credentials');
    expect(await app.query('SELECT FROM sessions WHERE user_id = $1', [id])).toEqual([]);
  });
});

describe('POST /auth/login with login', () => {
  test('answers 400 if username or e-mail is sent as well', async () => {
    for (const name of [{ username: 'Jane.Doe' }, { email: 'jane@example.com' }]) {
      expectInvalid(await logIn({ login: 'Jane.Doe', ...name }), { '/username': 'one_of' });
    }
  });

  test.each(['2026-001', '20260001'])(
    'finds a username that looks like a mobile: %s',
    async (username) => {
      await app.storedAccount('user', username);
      expect((await logIn({ login: username })).status).toBe(200);
      const mobile = username.replace('-', '');
      const { id } = await app.storedAccount();
      const takeMobile = (status: string) =>
        app.query('UPDATE users SET mobile = $2, status = $3 WHERE id = $1', [id, mobile, status]);
      await takeMobile('pending');
      expect((await logIn({ login: username })).status).toBe(200);
      await takeMobile('active');
      const { body } = await logIn({ login: username });
      expect(decode(body.access_token).claims.sub).toBe(id);
      expect((await logIn({ username })).status).toBe(200);
    },
  );

  test.each(['nobody', 'nobody@example.com', 'x@', '+49151000000', '@'])(
    'answers 401 for %j, which matches no account',
    async (login) => {
      expectProblem(await logIn({ login }), 401, 'invalid_credentials');
    },
  );
});
