import { createRequire } from 'node:module';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../../src/common/config/config.js';
import { isCommonPassword } from '../../../src/common/security/common-passwords.js';
import { passwordWeakness } from '../../../src/common/security/password-rules.js';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({}, PASSWORD_COST);
});
afterAll(() => app.close());

const register = (password: string, profile: object = {}) =>
  app.post('auth/register', { username: uniqueName(), ...profile, password });

describe('the password of POST /auth/register', () => {
  test.each([
    'password1',
    'PASSWORD1',
    'qwertyuiop',
    '1q2w3e4r5t',
    'iloveyou',
    'Ｐａｓｓｗｏｒｄ１',
  ])('%s is refused as common', async (password) => {
    const { status, body } = await register(password);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer: '/password', code: 'common_password' }]);
  });

  test.each([
    ['Jane.Doe.1', { username: 'jane.doe.1' }],
    ['jane.of.this', { email: 'jane.of.this@example.com' }],
    ['jane.of.this@example.com', { email: 'jane.of.this@example.com' }],
    ['jane of this', { name: 'Jane Of This' }],
    ['4915123450001', { mobile: '+49 151 23450001' }],
    ['+49 (0) 151 2345-0001', { mobile: '+49 151 23450001' }],
    ['0049 151 23450001', { mobile: '+4915123450001' }],
  ])('%s is refused as a name of the account', async (password, profile) => {
    const { status, body } = await register(password, profile);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer: '/password', code: 'common_password' }]);
  });

  test('is measured in code points, including spaces at its ends', async () => {
    expect((await register('😀'.repeat(7))).body.errors[0].code).toBe('length');
    expect((await register('😀'.repeat(8))).status).toBe(201);
    expect((await register('😀'.repeat(128))).status).toBe(201);
    expect((await register('😀'.repeat(129))).body.errors[0].code).toBe('length');
    expect((await register('  12 34  ')).status).toBe(201);
  });

  test('is refused if it is one of over ten thousand common passwords', () => {
    const common: string[] = createRequire(import.meta.url)(
      '@zxcvbn-ts/language-common/src/passwords.json',
    );
    const refused = common.filter((password) => passwordWeakness(password, 8, []));
    expect(refused).toEqual(common);
    expect(common.filter(isCommonPassword).length).toBeGreaterThan(10_000);
    expect(passwordWeakness(PASSWORD, 8, [])).toBeUndefined();
  });
});

test('POST /auth/login accepts the password in another Unicode form (NFKC)', async () => {
  const username = uniqueName();
  await app.post('auth/register', { username, password: 'Ångström café №1' });
  const typed = 'A\u030angstro\u0308m cafe\u0301 No1';
  expect((await app.post('auth/login', { username, password: typed })).status).toBe(200);
});

test('POST /auth/login renews a hash with weaker parameters, but only if the password is right', async () => {
  const { id, username } = await app.storedAccount();
  const weak = await hash(PASSWORD, { algorithm: 2, memoryCost: 8_192, timeCost: 1 });
  await app.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, weak]);
  const stored = async () => {
    const [row] = await app.query<{ password_hash: string; version: number }>(
      'SELECT password_hash, version FROM users WHERE id = $1',
      [id],
    );
    return row;
  };
  await app.post('auth/login', { username, password: 'wrong' });
  expect((await stored())?.password_hash).toBe(weak);
  await app.logIn(username);
  const renewed = await stored();
  expect(renewed?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(renewed?.version).toBe(1);
  await app.logIn(username);
  expect(await stored()).toEqual(renewed);
});

test('concurrent POST /auth/login succeed while one renews the hash, but not after a new password', async () => {
  const { id, username } = await app.storedAccount();
  const weak = await hash(PASSWORD, { algorithm: 2, memoryCost: 64, timeCost: 1 });
  const setHash = (text: string) =>
    app.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, text]);
  await setHash(weak);
  const logIn = () => app.post('auth/login', { username, password: PASSWORD });
  const statuses = statusesOf(await Promise.all([logIn(), logIn(), logIn()]));
  expect(statuses).toEqual([200, 200, 200]);

  await setHash(weak);
  const lock = await app.database.connect();
  await lock.query('BEGIN');
  await lock.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [id]);
  const waiting = logIn();
  await eventually(async () => {
    const rows = await app.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }, 'a log-in that waits for the row');
  const changed = await hash('another password entirely', { memoryCost: 64, timeCost: 1 });
  await lock.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, changed]);
  await lock.query('COMMIT');
  lock.release();
  const { status, body } = await waiting;
  expect([status, body.code]).toEqual([401, 'invalid_credentials']);
});

test('POST /auth/login answers 503 with Retry-After if too many wait; other routes still answer', async () => {
  const { username, token } = await app.account();
  const logIns = Array.from({ length: 220 }, () =>
    app.post('auth/login', { username, password: 'wrong' }),
  );
  const read = await app.get('users/me', { token });
  expect(read.status).toBe(200);
  const answers = await Promise.all(logIns);
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, body } of refused) {
    expect([body.code, headers.get('retry-after')]).toEqual(['unavailable', '2']);
  }
  expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThan(99);
});

test.each([
  ' '.repeat(8),
  '\u00a0'.repeat(12),
  '\u200b'.repeat(9),
  '\u3164'.repeat(8),
  '\u2800'.repeat(8),
  '\u3164 \u2800 \ufeff\u00ad\t ',
])(
  'POST /auth/register refuses a password of invisible characters as blank: %j',
  async (password) => {
    const { status, body } = await register(password);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer: '/password', code: 'blank' }]);
  },
);
