import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
});
afterAll(() => app.close());

const asAdmin = () => ({ token: admin.token });

describe('PUT and PATCH /users/me with a role or status, from a user, viewer or guest', () => {
  test.each(['user', 'viewer', 'guest'] as const)(
    'answers 403 to a %s, except for the current values',
    async (role) => {
      const account = await app.account(role);
      const send = { token: account.token };
      for (const method of ['PUT', 'PATCH']) {
        const change = (body: object) =>
          app.send(method, 'users/me', { ...send, body: { username: account.username, ...body } });
        expectProblem(await change({ role: 'admin' }), 403, 'role_not_permitted');
        expectProblem(await change({ status: 'disabled' }), 403, 'forbidden');
        const same = await change({ role, status: 'active' });
        expect(same.body).toMatchObject({ role, status: 'active', version: 1 });
      }
      expect(await app.isActive(account.token)).toBe(true);
    },
  );
});

describe('PATCH /users/{id} by an admin', () => {
  test.each([
    [{ role: 'viewer' }, 'role_changed', { from: 'user', to: 'viewer' }],
    [{ role: 'admin' }, 'role_changed', { from: 'user', to: 'admin' }],
    [{ status: 'disabled' }, 'status_changed', { from: 'active', to: 'disabled' }],
    [{ status: 'pending' }, 'status_changed', { from: 'active', to: 'pending' }],
  ])('%j revokes every session of the user and is audited', async (change, action, details) => {
    const account = await app.account();
    const second = await app.logIn(account.username);
    const { status, body } = await app.patch(`users/${account.id}`, change, asAdmin());
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...change, version: 2 });
    expect(await app.isActive(account.token)).toBe(false);
    expect(await app.isActive(second.token)).toBe(false);
    const refresh = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
    const events = await app.query(
      'SELECT action, actor_id, details FROM audit_events WHERE subject_id = $1',
      [account.id],
    );
    expect(events).toEqual([{ action, actor_id: admin.id, details }]);
    await app.patch(`users/${account.id}`, { role: 'user' }, asAdmin());
  });

  test('the current values change and revoke nothing', async () => {
    const account = await app.account('viewer');
    const same = { role: 'viewer', status: 'active' };
    const { status, body } = await app.patch(`users/${account.id}`, same, asAdmin());
    expect(status).toBe(200);
    expect(body.version).toBe(1);
    expect(await app.isActive(account.token)).toBe(true);
  });

  test('the new role applies from the next log-in', async () => {
    const { id, username } = await app.storedAccount('user');
    await app.patch(`users/${id}`, { role: 'guest' }, asAdmin());
    const { token } = await app.logIn(username);
    expectProblem(await app.get('users', { token }), 403, 'forbidden');
  });

  test('a disabled account can log in again once it is active', async () => {
    const { id, username } = await app.storedAccount();
    await app.patch(`users/${id}`, { status: 'disabled' }, asAdmin());
    await expect(app.logIn(username)).rejects.toThrow('account_not_active');
    await app.patch(`users/${id}`, { status: 'active' }, asAdmin());
    await expect(app.logIn(username)).resolves.toHaveProperty('token');
  });

  test('null in a PUT leaves role and status unchanged', async () => {
    const account = await app.account('guest');
    const body = { username: account.username, role: null, status: null };
    const answer = await app.put(`users/${account.id}`, body, asAdmin());
    expect(answer.body).toMatchObject({ role: 'guest', status: 'active' });
  });
});
