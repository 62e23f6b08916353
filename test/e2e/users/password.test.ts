import { randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../../src/common/config/config.js';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { waitUntilOneWaits, whileRowIsLocked } from '../../support/lock.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

const NEW = 'six crows over the harbour';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({}, PASSWORD_COST);
});
afterAll(() => app.close());

function change(token: string, body: object, id = 'me') {
  return app.put(
    `users/${id}/password`,
    { old_password: PASSWORD, new_password: NEW, ...body },
    { token },
  );
}

test('the new one counts, the old one does not', async () => {
  const { username, id, token } = await app.account();
  const { status, text } = await change(token, {}, id);
  expect({ status, text }).toEqual({ status: 204, text: '' });
  await expect(app.logIn(username)).rejects.toThrow('invalid_credentials');
  await expect(app.logIn(username, NEW)).resolves.toHaveProperty('token');
});

test('the other sessions end, this one goes on', async () => {
  const account = await app.account();
  const other = await app.logIn(account.username);
  expect((await change(account.token, {})).status).toBe(204);
  expect(await app.isActive(account.token)).toBe(true);
  expect(await app.isActive(other.token)).toBe(false);
  const dead = await app.post('auth/refresh', { refresh_token: other.refreshToken });
  expectProblem(dead, 401, 'invalid_token');
  const live = await app.post('auth/refresh', { refresh_token: account.refreshToken });
  expect(live.status).toBe(200);
});

test('an account that is deleted meanwhile is 401, as for any other request', async () => {
  const { id, token } = await app.account();
  const deleting = await app.database.connect();
  await deleting.query('BEGIN');
  await deleting.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  const answer = change(token, {}); // waits for the table, its token checked
  await waitUntilOneWaits(deleting);
  await deleting.query('DELETE FROM sessions WHERE user_id = $1', [id]);
  await deleting.query('DELETE FROM users WHERE id = $1', [id]);
  await deleting.query('COMMIT');
  deleting.release();
  expectProblem(await answer, 401, 'invalid_token');
});

test('a wrong old password is 403 and ends nothing', async () => {
  const account = await app.account();
  const other = await app.logIn(account.username);
  for (const old_password of ['not the password', '', NEW]) {
    expectProblem(await change(account.token, { old_password }), 403, 'password_incorrect');
  }
  expect(await app.isActive(other.token)).toBe(true);
  await expect(app.logIn(account.username)).resolves.toHaveProperty('token');
});

test.each([
  [{ new_password: undefined }, { '/new_password': 'required' }],
  [{ old_password: undefined }, { '/old_password': 'required' }],
  [{ new_password: 'short' }, { '/new_password': 'length' }],
  [{ new_password: 'x'.repeat(129) }, { '/new_password': 'length' }],
  [{ new_password: 5 }, { '/new_password': 'type' }],
  [{ new_password: 'a\u0000bcdefgh' }, { '/new_password': 'characters' }],
  [{ password: NEW }, { '/password': 'unknown_field' }],
] as const)('%j is 400', async (body, fields) => {
  const { token } = await app.account();
  expectInvalid(await change(token, body), fields);
});

test('the own username, e-mail, mobile and name are refused', async () => {
  const { id, username, token } = await app.account();
  await app.query(
    `UPDATE users SET email = 'password.owner@example.com', mobile = '+4915112345699',
       name = 'The Owner' WHERE id = $1`,
    [id],
  );
  const names = [
    username.toUpperCase(),
    'Password.Owner',
    'password.owner@EXAMPLE.com',
    '+4915112345699',
    '4915112345699',
    'the owner',
  ];
  for (const new_password of names) {
    expectInvalid(await change(token, { new_password }), { '/new_password': 'common_password' });
  }
});

test('of two changes at once one wins and the other is told', async () => {
  const { username, token } = await app.account();
  const second = await app.logIn(username);
  const answers = await Promise.all([
    change(token, { new_password: `${NEW} A` }),
    change(second.token, { new_password: `${NEW} B` }),
  ]);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  expect(statuses.filter((status) => status === 403 || status === 401)).toHaveLength(1);
  const letter = statuses[0] === 204 ? 'A' : 'B';
  await expect(app.logIn(username, `${NEW} ${letter}`)).resolves.toHaveProperty('token');
});

describe('a log-in that renews the hash of the same password does not disturb', () => {
  test.each<[string, number, (account: Account) => ReturnType<TestApp['send']>]>([
    ['PUT /users/me/password', 204, ({ token }) => change(token, {})],
    [
      'PATCH /users/me',
      200,
      ({ token, username }) =>
        app.patch(
          'users/me',
          { username: `${username}.new`, current_password: PASSWORD },
          { token },
        ),
    ],
    [
      'DELETE /users/me',
      204,
      ({ token }) => app.delete('users/me', { token, body: { current_password: PASSWORD } }),
    ],
    [
      'POST /auth/step-up',
      204,
      ({ token }) => app.post('auth/step-up', { password: PASSWORD }, { token }),
    ],
  ])('%s', async (_, status, request) => {
    const account = await app.account();
    const renewed = await hash(PASSWORD, PASSWORD_COST);
    const renew = `UPDATE users SET password_hash = '${renewed}' WHERE id = $1`;
    const send = () => request(account);
    const answer = await whileRowIsLocked(app, 'users', account.id, send, renew);
    expect(answer.status).toBe(status);
  });

  test('but a password that was changed meanwhile counts', async () => {
    const { id, token } = await app.account();
    const changed = await hash('another password', PASSWORD_COST);
    const replace = `UPDATE users SET password_hash = '${changed}' WHERE id = $1`;
    const answer = await whileRowIsLocked(app, 'users', id, () => change(token, {}), replace);
    expectProblem(answer, 403, 'password_incorrect');
  });
});

describe('PUT /users/{id}/password: nobody sets the password of another account', () => {
  test.each(['user', 'admin'] as const)('%s', async (role) => {
    const [actor, other] = [await app.account(role), await app.account()];
    for (const id of [other.id, randomUUID(), 'nonsense']) {
      expectProblem(await change(actor.token, {}, id), 403, 'forbidden');
    }
    await expect(app.logIn(other.username)).resolves.toHaveProperty('token');
  });
});

test('is audited, and neither password is kept', async () => {
  const { id, token } = await app.account();
  await change(token, {});
  const events = await app.query('SELECT * FROM audit_events WHERE subject_id = $1', [id]);
  expect(events).toMatchObject([{ action: 'password_changed', outcome: 'success', actor_id: id }]);
  expect(JSON.stringify(events)).not.toMatch(new RegExp(`${NEW}|${PASSWORD}|argon2`));
  const [row] = await app.query<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE id = $1',
    [id],
  );
  expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
