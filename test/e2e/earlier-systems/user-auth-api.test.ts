import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../../src/common/config/config.js';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp({}, PASSWORD_COST);
  account = await app.account();
});
afterAll(() => app.close());

describe('User auth API: supported use cases', () => {
  test('register with a mobile, log in, list, set the gender, change the password, log out, delete', async () => {
    const names = { username: 'user-of-d', mobile: '+49 151 7654321' };
    const registered = await app.post('auth/register', { ...names, password: PASSWORD });
    expect(registered.body).toMatchObject({ mobile: '+491517654321', gender: null });
    const { token } = await app.logIn('user-of-d');
    const { body: listed } = await app.get('users?q=user-of-d', { token });
    expect(listed.data).toEqual([registered.body]);
    const patched = await app.patch('users/me', { gender: 'Female' }, { token });
    expect(patched.body.gender).toBe('female');
    const password = { old_password: PASSWORD, new_password: 'six crows over the harbour' };
    expect((await app.put('users/me/password', password, { token })).status).toBe(204);
    expect((await app.post('auth/logout', undefined, { token })).status).toBe(204);
    const again = await app.logIn('user-of-d', password.new_password);
    expect((await app.delete('users/me', { token: again.token })).status).toBe(204);
  });
});

describe('User auth API: fixed faults', () => {
  test('PATCH and DELETE /users/{id} answer 403 to another user', async () => {
    const other = await app.account();
    const path = `users/${other.id}`;
    for (const body of [{ username: 'renamed' }, { status: 'active' }, { status: 'disabled' }]) {
      expectProblem(await app.patch(path, body, account), 403, 'forbidden');
    }
    expectProblem(await app.delete(path, account), 403, 'forbidden');
    expect((await app.get('users/me', other)).body.username).toBe(other.username);
  });

  test('POST /auth/logout revokes the access token', async () => {
    const { token } = await app.account();
    await app.post('auth/logout', undefined, { token });
    expect(await app.isActive(token)).toBe(false);
  });

  test('POST /auth/register stores Argon2id hashes with different salts', async () => {
    const usernames = ['salted-one', 'salted-two'];
    for (const username of usernames) {
      await app.post('auth/register', { username, password: PASSWORD });
    }
    const rows = await app.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE username = ANY ($1)',
      [usernames],
    );
    expect(new Set(rows.map(({ password_hash: hash }) => hash)).size).toBe(2);
    for (const { password_hash: hash } of rows) {
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
    }
  });

  test('PATCH /users/me accepts the unchanged username', async () => {
    const { username } = account;
    const { status, body } = await app.patch('users/me', { username }, account);
    expect(status).toBe(200);
    expect(body).toMatchObject({ username, version: 1 });
  });

  test('POST /auth/register and PATCH /users/me answer 409 for an e-mail that is taken', async () => {
    const email = 'taken-in-d@example.com';
    expect((await app.post('auth/register', { email, password: PASSWORD })).status).toBe(201);
    const again = await app.post('auth/register', { email, password: PASSWORD });
    expectProblem(again, 409, 'email_taken');
    const body = { email, current_password: PASSWORD };
    expectProblem(await app.patch('users/me', body, account), 409, 'email_taken');
  });

  test('GET /users/me returns the e-mail and gender', async () => {
    const body = { email: 'readable@example.com', gender: 'other', current_password: PASSWORD };
    await app.patch('users/me', body, account);
    const read = await app.get('users/me', account);
    expect(read.body).toMatchObject({ email: 'readable@example.com', gender: 'other' });
  });

  test('POST /auth/login gives the same answer for an unknown user and a wrong password', async () => {
    const bodies = await Promise.all(
      [account.username, 'nobody-at-all'].map(async (username) => {
        const answer = await app.post('auth/login', { username, password: 'wrong password' });
        expectProblem(answer, 401, 'invalid_credentials');
        return { ...answer.body, request_id: '' };
      }),
    );
    expect(bodies[0]).toEqual(bodies[1]);
  });
});
