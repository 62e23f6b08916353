import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('oneself: final, and every session ends at once', async () => {
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

test('an admin deletes anybody; the session outlives its user until its tokens have expired', async () => {
  const { id, token } = await app.account('viewer');
  expect((await app.delete(`users/${id}`, { token: admin.token })).status).toBe(204);
  const rows = await app.query('SELECT id, revoked_reason FROM sessions WHERE user_id = $1', [id]);
  expect(rows).toEqual([{ id: sessionOf(token), revoked_reason: 'user_deleted' }]);
  const events = await app.query(
    'SELECT action, actor_id FROM audit_events WHERE subject_id = $1',
    [id],
  );
  expect(events).toEqual([{ action: 'user_deleted', actor_id: admin.id }]);
});

test('frees username, e-mail and mobile', async () => {
  const names = { username: 'free.again', email: 'free@example.com', mobile: '+4917011111111' };
  const body = { ...names, password: PASSWORD };
  const { body: first } = await app.post('auth/register', body);
  await app.delete(`users/${first.id}`, { token: admin.token });
  const second = await app.post('auth/register', body);
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.id);
});

test('forgets the kept answer that shows the user', async () => {
  const username = `kept-${randomUUID().slice(0, 8)}`;
  const send = { token: admin.token, headers: { 'idempotency-key': randomUUID() } };
  const { body: created } = await app.post('users', { username }, send);
  const kept = () =>
    app.query('SELECT key FROM idempotency_keys WHERE subject_id = $1', [created.id]);
  expect(await kept()).toHaveLength(1);
  await app.delete(`users/${created.id}`, { token: admin.token });
  expect(await kept()).toEqual([]);
});

test('of two at once one is 204', async () => {
  const { id } = await app.storedAccount();
  const answers = await Promise.all(
    [1, 2].map(() => app.delete(`users/${id}`, { token: admin.token })),
  );
  expect(statusesOf(answers)).toEqual([204, 404]);
});

test('missing, malformed, with a body or a parameter', async () => {
  const { id } = await app.storedAccount();
  const send = { token: admin.token };
  expectProblem(await app.delete(`users/${randomUUID()}`, send), 404, 'not_found');
  expectInvalid(await app.delete('users/nonsense', send), { id: 'format' });
  expectInvalid(await app.delete(`users/${id}?force=true`, send), { force: 'unknown_field' });
  const withBody = await app.delete(`users/${id}`, { ...send, body: { force: true } });
  expectInvalid(withBody, { '/force': 'unknown_field' });
});
