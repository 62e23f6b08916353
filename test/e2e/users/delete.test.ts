import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { sessionOf } from '../../support/tokens.ts';

let app: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
});
afterAll(() => app.close());

describe('DELETE /users/{id}', () => {
  test("permanently deletes the caller's account and revokes its sessions immediately", async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    const { status, text } = await app.delete('users/me', { token: account.token });
    expect({ status, text }).toEqual({ status: 204, text: '' });
    for (const token of [account.token, other.token]) {
      expectProblem(await app.get('users/me', { token }), 401, 'invalid_token');
    }
    const refresh = await app.post('auth/refresh', { refresh_token: other.refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
    await expect(app.logIn(account.username)).rejects.toThrow('invalid_credentials');
    const path = `users/${account.id}`;
    expectProblem(await app.get(path, { token: admin.token }), 404, 'not_found');
    expectProblem(await app.delete(path, { token: admin.token }), 404, 'not_found');
  });

  test('lets an admin delete another account, keeps its session as revoked, and audits the admin', async () => {
    const { id, token } = await app.account('viewer');
    expect((await app.delete(`users/${id}`, { token: admin.token })).status).toBe(204);
    const rows = await app.query('SELECT id, revoked_reason FROM sessions WHERE user_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ id: sessionOf(token), revoked_reason: 'user_deleted' }]);
    const events = await app.query(
      'SELECT action, actor_id FROM audit_events WHERE subject_id = $1',
      [id],
    );
    expect(events).toEqual([{ action: 'user_deleted', actor_id: admin.id }]);
  });

  test('frees the username, e-mail and mobile', async () => {
    const names = { username: 'free.again', email: 'free@example.com', mobile: '+4917011111111' };
    const body = { ...names, password: PASSWORD };
    const { body: first } = await app.post('auth/register', body);
    await app.delete(`users/${first.id}`, { token: admin.token });
    const second = await app.post('auth/register', body);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.id);
  });

  test('deletes the stored response that shows the user', async () => {
    const username = `stored-${randomUUID().slice(0, 8)}`;
    const send = { token: admin.token, headers: { 'idempotency-key': randomUUID() } };
    const { body: created } = await app.post('users', { username }, send);
    const storedResponses = () =>
      app.query('SELECT key FROM idempotency_keys WHERE subject_id = $1', [created.id]);
    expect(await storedResponses()).toHaveLength(1);
    await app.delete(`users/${created.id}`, { token: admin.token });
    expect(await storedResponses()).toEqual([]);
  });

  test('answers 204 to one of two concurrent requests, and 404 to the other', async () => {
    const { id } = await app.storedAccount();
    const answers = await Promise.all(
      [1, 2].map(() => app.delete(`users/${id}`, { token: admin.token })),
    );
    expect(statusesOf(answers)).toEqual([204, 404]);
  });

  test('answers 404 for a missing user, and 400 for a malformed id, a parameter or a body', async () => {
    const { id } = await app.storedAccount();
    const send = { token: admin.token };
    expectProblem(await app.delete(`users/${randomUUID()}`, send), 404, 'not_found');
    expectInvalid(await app.delete('users/nonsense', send), { id: 'format' });
    expectInvalid(await app.delete(`users/${id}?force=true`, send), { force: 'unknown_field' });
    const withBody = await app.delete(`users/${id}`, { ...send, body: { force: true } });
    expectInvalid(withBody, { '/force': 'unknown_field' });
  });
});
