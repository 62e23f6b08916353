import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

const NEW = 'six crows over the harbour';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('User API: supported use cases', () => {
  test('register and log in by e-mail, refresh, read others, update and delete the account', async () => {
    const email = 'user-of-c@example.com';
    const body = { name: 'User of C', email, role: 'user', password: PASSWORD };
    const registered = await app.post('auth/register', body);
    expect(registered.status).toBe(201);
    const { body: tokens } = await app.post('auth/login', { email, password: PASSWORD });
    const refreshed = await app.post('auth/refresh', { refresh_token: tokens.refresh_token });
    const send = { token: refreshed.body.access_token };
    const other = await app.storedAccount();
    expect((await app.get(`users/${other.id}`, send)).body.username).toBe(other.username);
    expectProblem(await app.patch(`users/${other.id}`, { name: 'X' }, send), 403, 'forbidden');
    const path = `users/${registered.body.id}`;
    expect((await app.patch(path, { name: 'New Name' }, send)).body.name).toBe('New Name');
    expectProblem(await app.delete(`users/${other.id}`, send), 403, 'forbidden');
    expect((await app.delete(path, send)).status).toBe(204);
    expect(await app.isActive(send.token)).toBe(false);
  });
});

describe('User API: fixed faults', () => {
  test('PUT /users/me/password keeps the account usable, also twice', async () => {
    const { username, token } = await app.account();
    const body = { old_password: PASSWORD, new_password: NEW };
    expect((await app.put('users/me/password', body, { token })).status).toBe(204);
    const again = await app.logIn(username, NEW);
    const back = { old_password: NEW, new_password: PASSWORD };
    expect((await app.put('users/me/password', back, { token: again.token })).status).toBe(204);
    await expect(app.logIn(username)).resolves.toHaveProperty('token');
  });

  test('POST /auth/register answers 403 for the role admin', async () => {
    const body = { username: uniqueName(), password: PASSWORD, role: 'admin' };
    expectProblem(await app.post('auth/register', body), 403, 'role_not_permitted');
  });

  test('PUT /users/me answers 403 for the role admin', async () => {
    const { username, token } = await app.account();
    const answer = await app.put('users/me', { username, role: 'admin' }, { token });
    expectProblem(answer, 403, 'role_not_permitted');
    expect((await app.get('users/me', { token })).body.role).toBe('user');
  });

  test('POST /auth/register returns the id', async () => {
    const body = { username: uniqueName(), password: PASSWORD };
    const registered = await app.post('auth/register', body);
    const { token } = await app.logIn(body.username);
    const read = await app.get(`users/${registered.body.id}`, { token });
    expect(read.body).toEqual(registered.body);
  });

  test('PATCH /users/me answers 409 for an e-mail that is taken', async () => {
    const email = 'taken-in-c@example.com';
    await app.post('auth/register', { email, password: PASSWORD });
    const { token } = await app.account();
    const answer = await app.patch('users/me', { email, current_password: PASSWORD }, { token });
    expectProblem(answer, 409, 'email_taken');
  });

  test('PATCH /users/me answers 400 for a blank name', async () => {
    const { token } = await app.account();
    expectInvalid(await app.patch('users/me', { name: '   ' }, { token }), { '/name': 'blank' });
  });

  test('PUT /users/me/password revokes the tokens of other sessions', async () => {
    const { username, token } = await app.account();
    const old = await app.logIn(username);
    await app.put('users/me/password', { old_password: PASSWORD, new_password: NEW }, { token });
    expect(await app.isActive(old.token)).toBe(false);
    const refresh = await app.post('auth/refresh', { refresh_token: old.refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
  });
});
