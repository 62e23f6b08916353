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

describe('PUT /users/{id}/password', () => {
  test('replaces the password: the new one logs in, the old one does not', async () => {
    const { username, id, token } = await app.account();
    const { status, text } = await change(token, {}, id);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    await expect(app.logIn(username)).rejects.toThrow('invalid_credentials');
    await expect(app.logIn(username, NEW)).resolves.toHaveProperty('token');
  });

  test('revokes the other sessions and keeps the current one', async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    expect((await change(account.token, {})).status).toBe(204);
    expect(await app.isActive(account.token)).toBe(true);
    expect(await app.isActive(other.token)).toBe(false);
    const revoked = await app.post('auth/refresh', { refresh_token: other.refreshToken });
    expectProblem(revoked, 401, 'invalid_token');
    const kept = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expect(kept.status).toBe(200);
  });

  test('answers 401 if the account is deleted during the request', async () => {
    const { id, token } = await app.account();
    const deleting = await app.database.connect();
    await deleting.query('BEGIN');
    await deleting.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    // Its token is already checked when the request waits for the table.
    const answer = change(token, {});
    await waitUntilOneWaits(deleting);
    await deleting.query('DELETE FROM sessions WHERE user_id = $1', [id]);
    await deleting.query('DELETE FROM users WHERE id = $1', [id]);
    await deleting.query('COMMIT');
    deleting.release();
    expectProblem(await answer, 401, 'invalid_token');
  });

  test('answers 403 for a wrong old password, and changes and revokes nothing', async () => {
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
  ] as const)('answers 400 for %j', async (body, fields) => {
    const { token } = await app.account();
    expectInvalid(await change(token, body), fields);
  });

  test('refuses the username, e-mail, mobile and name of the account as its password', async () => {
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

  test('applies one of two concurrent changes and refuses the other', async () => {
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
});

describe('while a log-in renews the hash of the same password', () => {
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
  ])('%s succeeds with that password', async (_, status, request) => {
    const account = await app.account();
    const renewed = await hash(PASSWORD, PASSWORD_COST);
    const renew = `UPDATE users SET password_hash = '${renewed}' WHERE id = $1`;
    const send = () => request(account);
    const answer = await whileRowIsLocked(app, 'users', account.id, send, renew);
    expect(answer.status).toBe(status);
  });

  test('PUT /users/me/password answers 403 if the password itself has changed', async () => {
    const { id, token } = await app.account();
    const changed = await hash('another password', PASSWORD_COST);
    const replace = `UPDATE users SET password_hash = '${changed}' WHERE id = $1`;
    const answer = await whileRowIsLocked(app, 'users', id, () => change(token, {}), replace);
    expectProblem(answer, 403, 'password_incorrect');
  });
});

describe('PUT /users/{id}/password of another account', () => {
  test.each(['user', 'admin'] as const)(
    'answers 403 to a role of %s and changes nothing',
    async (role) => {
      const [actor, other] = [await app.account(role), await app.account()];
      for (const id of [other.id, randomUUID(), 'nonsense']) {
        expectProblem(await change(actor.token, {}, id), 403, 'forbidden');
      }
      await expect(app.logIn(other.username)).resolves.toHaveProperty('token');
    },
  );
});

test('PUT /users/{id}/password audits no password and stores an Argon2id hash', async () => {
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
