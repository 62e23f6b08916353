import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldErrorCode } from '../../../src/common/errors/catalogue.js';
import { KeyUses } from '../../../src/sessions/api-keys/key-uses.js';
import { type Account, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { type Answer, statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
});
afterAll(() => app.close());

const asAdmin = () => ({ token: admin.token });
const BODY = { name: 'Nightly report', scopes: ['customers:read'] };
const create = (of: string, body: object = {}): Promise<Answer> =>
  app.post(`users/${of}/keys`, { ...BODY, ...body }, asAdmin());
const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

describe('POST /users/{id}/keys', () => {
  it('returns a key that works and is never returned again', async () => {
    const account = await app.storedService();
    const { status, body, headers } = await create(account);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Nightly report',
      prefix: body.key.slice(0, 12),
      scopes: ['customers:read'],
      created_at: expect.stringMatching(/Z$/),
      created_by: admin.id,
      expires_at: expect.stringMatching(/Z$/),
      last_used_at: null,
      key: expect.stringMatching(/^cak_[0-9A-Za-z]{46}$/),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('location')).toBe(`/api/v1/users/${account}/keys/${body.id}`);
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(90 * 86_400_000);
    expect((await app.get('customers', { token: body.key })).status).toBe(200);
    const list = await app.get(`users/${account}/keys`, asAdmin());
    expect(list.body.data).toHaveLength(1);
    expect(list.text).not.toContain(body.key);
  });

  it('accepts an expires_at of up to 400 days', async () => {
    const account = await app.storedService();
    const expires_at = days(399);
    expect((await create(account, { expires_at })).body.expires_at).toBe(expires_at);
    // The service goes by PostgreSQL's clock, which it knows to some hundred milliseconds.
    const minute = 1 / 1_440;
    for (const wrong of [days(401), days(-1), days(-minute)]) {
      const answer = await create(account, { expires_at: wrong });
      expectInvalid(answer, { '/expires_at': 'range' }, wrong);
    }
  });

  it('accepts a key as a list returned it, and creates its replacement', async () => {
    const account = await app.storedService();
    await create(account);
    const { body } = await app.get(`users/${account}/keys`, asAdmin());
    const next = await create(account, { ...body.data[0], version: 1, updated_at: null });
    expect(next.status, next.text).toBe(201);
    expect(next.body).toMatchObject({
      name: body.data[0].name,
      expires_at: body.data[0].expires_at,
    });
    expect(next.body.id).not.toBe(body.data[0].id);
  });

  it('answers 400 for an invalid name or scopes', async () => {
    const account = await app.storedService();
    const invalid: [object, Record<string, FieldErrorCode>][] = [
      [{ name: undefined }, { '/name': 'required' }],
      [{ name: ' ' }, { '/name': 'blank' }],
      [{ name: 'x'.repeat(101) }, { '/name': 'length' }],
      [{ name: 'Nightly\nreport' }, { '/name': 'characters' }],
      [{ scopes: undefined }, { '/scopes': 'required' }],
      [{ scopes: null }, { '/scopes': 'required' }],
      [{ scopes: [] }, { '/scopes': 'length' }],
      [{ scopes: 'customers:read' }, { '/scopes': 'type' }],
      [{ scopes: { 0: 'customers:read' } }, { '/scopes': 'type' }],
      [{ scopes: ['users:admin'] }, { '/scopes': 'enum' }],
      [{ scopes: ['keys:admin'] }, { '/scopes': 'enum' }],
      [{ scopes: ['customers:read', '*'] }, { '/scopes': 'enum' }],
      [{ scopes: ['all'] }, { '/scopes': 'enum' }],
      [{ scopes: [''] }, { '/scopes': 'enum' }],
      [{ scopes: [null] }, { '/scopes': 'enum' }],
      [{ scopes: [['customers:read']] }, { '/scopes': 'enum' }],
      [{ scopes: ['customers:read', 'customers:read'] }, { '/scopes': 'enum' }],
    ];
    for (const [body, fields] of invalid) {
      expectInvalid(await create(account, body), fields, JSON.stringify(body));
    }
    expectInvalid(await create(account, { key: 'cak_mine' }), { '/key': 'unknown_field' });
  });

  it('answers 404 for a person, and 409 for an eleventh key or a disabled account', async () => {
    expectProblem(await create(admin.id), 404, 'not_found');
    expectProblem(await create(randomUUID()), 404, 'not_found');
    const account = await app.storedService();
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(account)));
    expect(statusesOf(answers)).toEqual([...Array<number>(10).fill(201), 409, 409]);
    expectProblem(await create(account), 409, 'key_limit');
    const created = answers.find(({ status }) => status === 201);
    await app.delete(`users/${account}/keys/${created?.body.id}`, asAdmin());
    expect((await create(account)).status).toBe(201);
    await app.patch(`users/${account}`, { status: 'disabled' }, asAdmin());
    expectProblem(await create(account), 409, 'account_disabled');
  });
});

describe('GET /users/{id}/keys', () => {
  it('lists the active keys, newest first, with their last use', async () => {
    const account = await app.storedService();
    const first = (await create(account, { name: 'First' })).body;
    await create(account, { name: 'Second' });
    await app.apiKey(['users:read'], { of: account });
    await app.query(`UPDATE sessions SET expires_at = now() WHERE key_name = 'Test'`);
    await app.get('customers', { token: first.key });
    await app.app.nest.get(KeyUses).beforeApplicationShutdown();
    const { body } = await app.get(`users/${account}/keys`, asAdmin());
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Second', 'First']);
    expect(body.data[0].last_used_at).toBeNull();
    expect(body.data[1].last_used_at).toMatch(/Z$/);
    expectProblem(await app.get(`users/${admin.id}/keys`, asAdmin()), 404, 'not_found');
  });
});

describe('DELETE /users/{id}/keys/{key_id}', () => {
  it('revokes the key and no other', async () => {
    const account = await app.storedService();
    const [key, other] = [(await create(account)).body, (await create(account)).body];
    await app.get('customers', { token: key.key });
    expect((await app.delete(`users/${account}/keys/${key.id}`, asAdmin())).status).toBe(204);
    expectProblem(await app.get('customers', { token: key.key }), 401, 'invalid_token');
    expect((await app.get('customers', { token: other.key })).status).toBe(200);
    const again = await app.delete(`users/${account}/keys/${key.id}`, asAdmin());
    expectProblem(again, 404, 'not_found');
  });

  it('answers 404 for a key of another account or a session of a person, and changes nothing', async () => {
    const [one, other] = [await app.storedService(), await app.storedService()];
    const { id, key } = (await create(one)).body;
    for (const owner of [other, admin.id, randomUUID()]) {
      const answer = await app.delete(`users/${owner}/keys/${id}`, asAdmin());
      expectProblem(answer, 404, 'not_found');
    }
    const [session] = await app.query<{ id: string }>(
      'SELECT id FROM sessions WHERE user_id = $1',
      [admin.id],
    );
    const answer = await app.delete(`users/${one}/keys/${session?.id}`, asAdmin());
    expectProblem(answer, 404, 'not_found');
    expect((await app.get('customers', { token: key })).status).toBe(200);
    expect((await app.get('users/me', asAdmin())).status).toBe(200);
    expectInvalid(await app.delete(`users/${one}/keys/x`, asAdmin()), { key_id: 'format' });
  });
});

describe('a service account', () => {
  it('is created by an admin and filtered by its kind', async () => {
    const username = uniqueName();
    const body = { kind: 'service', username, role: 'viewer' };
    const { status, body: created } = await app.post('users', body, asAdmin());
    expect([status, created.kind, created.email, created.role]).toEqual([
      201,
      'service',
      null,
      'viewer',
    ]);
    const services = await app.get(`users?kind=service&q=${username}`, asAdmin());
    expect(services.body.data).toMatchObject([{ id: created.id, kind: 'service' }]);
    expect((await app.get(`users?kind=person&q=${username}`, asAdmin())).body.data).toEqual([]);
    expectInvalid(await app.get('users?kind=robot', asAdmin()), { kind: 'enum' });
    const token = { token: (await create(created.id, { scopes: ['users:read'] })).body.key };
    expect((await app.get('users/me', token)).body).toEqual(created);
  });

  it('cannot have a password, an address, the role admin or the status pending', async () => {
    const post = (body: object) =>
      app.post('users', { kind: 'service', username: uniqueName(), ...body }, asAdmin());
    const password = 'correct horse battery staple';
    expectInvalid(await post({ password }), { '/password': 'unknown_field' });
    expectInvalid(await post({ email: 'a@example.com' }), { '/email': 'unknown_field' });
    expectInvalid(await post({ mobile: '+4915112345' }), { '/mobile': 'unknown_field' });
    expectInvalid(await post({ status: 'pending' }), { '/status': 'enum' });
    expectInvalid(await post({ username: null }), { '/username': 'required' });
    expectProblem(await post({ role: 'admin' }), 403, 'role_not_permitted');
    const { id } = (await post({})).body;
    const patch = (body: object) => app.patch(`users/${id}`, body, asAdmin());
    expectInvalid(await patch({ email: 'a@example.com' }), { '/email': 'unknown_field' });
    expectInvalid(await patch({ status: 'pending' }), { '/status': 'enum' });
    expectInvalid(await patch({ username: null }), { '/username': 'required' });
    expectProblem(await patch({ role: 'admin' }), 403, 'role_not_permitted');
    expectInvalid(await patch({ kind: 'person' }), { '/kind': 'enum' });
    expect((await patch({ kind: 'service', name: 'Same kind' })).status).toBe(200);
    const own = await app.patch('users/me', { kind: 'service' }, asAdmin());
    expectInvalid(own, { '/kind': 'enum' });
  });

  it('cannot log in, and gets no reset link', async () => {
    const username = uniqueName();
    const id = await app.storedService('user', username);
    for (const password of ['', 'x', 'correct horse battery staple']) {
      const answer = await app.post('auth/login', { username, password });
      expectProblem(answer, 401, 'invalid_credentials');
    }
    const reset = await app.post(`users/${id}/password-reset`, undefined, asAdmin());
    expectProblem(reset, 409, 'service_account');
    // The database refuses a password even from an older instance.
    await expect(
      app.query(`UPDATE users SET password_hash = 'x' WHERE id = $1`, [id]),
    ).rejects.toThrow('users_service_check');
  });

  it('has an empty list of sessions, although it has keys', async () => {
    const { userId } = await app.apiKey();
    const list = await app.get(`users/${userId}/sessions`, asAdmin());
    expect(list.body.data).toEqual([]);
  });
});

describe('a request with an API key', () => {
  it('is audited with the account as the actor and the id of the key', async () => {
    const { id: keyId, userId, token } = await app.apiKey();
    const { body: customer } = await app.post('customers', { name: 'Made by a key' }, { token });
    await app.patch(`customers/${customer.id}`, { country: 'GB' }, { token });
    const operations = [{ method: 'update', id: customer.id, body: { country: 'FR' } }];
    await app.post('customers/batch', { operations }, { token });
    await app.delete(`customers/${customer.id}`, { token });
    await app.get('audit-events', { token }); // refused
    const events = await app.query<{ action: string; details: Record<string, unknown> }>(
      'SELECT action, details FROM audit_events WHERE actor_id = $1 ORDER BY at, id',
      [userId],
    );
    expect(events.map(({ action }) => action)).toEqual([
      'customer_created',
      'customer_updated',
      'customer_updated',
      'customer_deleted',
      'denied',
    ]);
    expect(events.map(({ details }) => details['key_id'])).toEqual(Array(5).fill(keyId));
    expect(events[1]?.details['changes']).toEqual({ country: { from: null, to: 'GB' } });
    expect(events[2]?.details['changes']).toEqual({ country: { from: 'GB', to: 'FR' } });
  });

  it('is audited once for each key of an account if it is answered 403', async () => {
    const one = await app.apiKey(['users:read']);
    const other = await app.apiKey(['users:read'], { of: one.userId });
    for (const { token } of [one, other, one]) await app.get('customers', { token });
    const events = await app.query<{ key: string }>(
      `SELECT details ->> 'key_id' AS key FROM audit_events
       WHERE actor_id = $1 AND action = 'denied'`,
      [one.userId],
    );
    expect(events.map((event) => event.key).sort()).toEqual([one.id, other.id].sort());
  });

  it('is counted separately from requests of persons in GET /metrics', async () => {
    const requests = async () => {
      const { text } = await app.get('/metrics');
      const found = [...text.matchAll(/^http_requests_by_caller_total\{caller="(\w+)"\} (\d+)$/gm)];
      return Object.fromEntries(found.map(([, caller = '', count]) => [caller, Number(count)]));
    };
    const { token } = await app.apiKey();
    const before = await requests();
    await app.get('customers', { token });
    await app.get('customers', { token });
    await app.get('customers', asAdmin());
    await app.get('customers');
    const after = await requests();
    const callers = ['person', 'service', 'unknown'];
    const more = callers.map((caller) => (after[caller] ?? 0) - (before[caller] ?? 0));
    expect(more).toEqual([1, 2, 2]); // the second unknown request is the first one to /metrics
  });

  it('to GET /auth/token returns the account, the key and its permissions', async () => {
    const { id, userId, token } = await app.apiKey(['audit:read', 'customers:read']);
    const { body: listed } = await app.get(`users/${userId}/keys`, asAdmin());
    expect((await app.get('auth/token', { token })).body).toEqual({
      user_id: userId,
      session_id: id,
      role: 'user',
      expires_at: listed.data[0].expires_at,
      permissions: ['customers:read'],
      kind: 'service',
      key_id: id,
    });
  });

  it('does not get the stored response of another account', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const [one, other] = [await app.apiKey(), await app.apiKey()];
    const body = { name: 'Once each' };
    const first = await app.post('customers', body, { token: one.token, headers });
    const second = await app.post('customers', body, { token: other.token, headers });
    const retry = await app.post('customers', body, { token: one.token, headers });
    expect([first.status, second.status, retry.status]).toEqual([201, 201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
    expect(retry.body.id).toBe(first.body.id);
    const { token: readsOnly } = await app.apiKey(['customers:read'], { of: one.userId });
    const narrower = await app.post('customers', body, { token: readsOnly, headers });
    expectProblem(narrower, 403, 'forbidden');
  });

  it('is answered 403 for a cursor that its scopes do not allow', async () => {
    for (const name of ['a', 'b']) await app.post('customers', { name }, asAdmin());
    const { token } = await app.apiKey(['customers:read']);
    const { body } = await app.get('customers?limit=1', { token });
    const path = `customers?limit=1&cursor=${body.page.next_cursor}`;
    const { token: other } = await app.apiKey(['users:read']);
    expectProblem(await app.get(path, { token: other }), 403, 'forbidden');
    expect((await app.get(path, { token })).status).toBe(200);
  });
});
