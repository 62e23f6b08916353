import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let user: Account;
let guest: Account;
beforeAll(async () => {
  app = await startApp();
  user = await app.account('user');
  guest = await app.account('guest');
});
afterAll(() => app.close());

describe('GET /users/{id} and /users/me', () => {
  test('returns the user with an ETag and without any password field', async () => {
    const { status, headers, body, text } = await app.get('users/me', { token: user.token });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      id: user.id,
      kind: 'person',
      username: user.username,
      email: null,
      mobile: null,
      name: null,
      gender: null,
      role: 'user',
      status: 'active',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      version: 1,
    });
    expect(text).not.toMatch(/hash|argon2|password/);
  });

  test('accepts the id in either case, a trailing slash, and HEAD', async () => {
    const send = { token: user.token };
    const { body } = await app.get('users/me', send);
    for (const path of [user.id, user.id.toUpperCase(), `${user.id}/`, 'me/']) {
      expect((await app.get(`users/${path}`, send)).body).toEqual(body);
    }
    const head = await app.send('HEAD', 'users/me', send);
    expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
    expect(head.headers.get('etag')).toBe('"1"');
  });

  test('answers 304 if If-None-Match has the current version', async () => {
    const read = (tag: string) =>
      app.get('users/me', { token: user.token, headers: { 'if-none-match': tag } });
    for (const tag of ['"1"', 'W/"1"', '*', '"7", "1"']) {
      const { status, headers, text } = await read(tag);
      expect({ status, text, etag: headers.get('etag') }).toEqual({
        status: 304,
        text: '',
        etag: '"1"',
      });
    }
    for (const tag of ['"2"', '1', '"11"']) expect((await read(tag)).status).toBe(200);
  });

  test('answers 404 for a missing user, and 400 for a malformed id', async () => {
    const send = { token: user.token };
    expectProblem(await app.get(`users/${randomUUID()}`, send), 404, 'not_found');
    expectProblem(
      await app.get(`users/${'0'.repeat(8)}-0000-0000-0000-${'f'.repeat(12)}`, send),
      404,
      'not_found',
    );
    for (const id of ['1', 'you', user.id.slice(1), `${user.id}0`, user.id.replaceAll('-', '')]) {
      expectInvalid(await app.get(`users/${id}`, send), { id: 'format' });
    }
  });

  test('lets a guest read their own account by "me" or id, and answers 403 for any other id', async () => {
    const send = { token: guest.token };
    expect((await app.get('users/me', send)).status).toBe(200);
    expect((await app.get(`users/${guest.id}`, send)).status).toBe(200);
    for (const id of [user.id, randomUUID(), 'nonsense']) {
      expectProblem(await app.get(`users/${id}`, send), 403, 'forbidden');
    }
  });

  test('answers 400 for an unknown parameter, after 401 and 403', async () => {
    expectInvalid(await app.get('users/me?verbose=1', { token: user.token }), {
      verbose: 'unknown_field',
    });
    expectProblem(await app.get('users/me?verbose=1'), 401, 'unauthenticated');
    const other = await app.get(`users/${user.id}?verbose=1`, { token: guest.token });
    expectProblem(other, 403, 'forbidden');
  });
});

test('a 403 answer is audited with the route, without the id or the query', async () => {
  const { id, token } = await app.account('guest');
  await app.get(`users/${user.id}?q=private`, { token });
  expect(await denialsOf(id)).toEqual([
    {
      action: 'denied',
      outcome: 'failure',
      ip: '127.0.0.1',
      details: { method: 'GET', route: '/api/v1/users/:id', count: 1 },
    },
  ]);
});

test('the 403 answers within a minute are one event per user and route, counted over all instances', async () => {
  const instances = await Promise.all([startSecondInstance(app), startSecondInstance(app)]);
  const guests = await Promise.all([app.account('guest'), app.account('guest')]);
  for (const { token } of guests) {
    const refused = [...instances, ...instances, ...instances].map((instance) =>
      instance.get(`users/${user.id}`, { token }),
    );
    for (const answer of await Promise.all(refused)) expectProblem(answer, 403, 'forbidden');
    expectProblem(await instances[0].get('users', { token }), 403, 'forbidden');
  }
  for (const instance of instances) await instance.close();
  for (const { id } of guests) {
    const details = (await denialsOf(id)).map((event) => event['details']);
    expect(details).toEqual([
      { method: 'GET', route: '/api/v1/users/:id', count: 6 },
      { method: 'GET', route: '/api/v1/users', count: 1 },
    ]);
  }
});

test('a 403 answer after that minute is another event', async () => {
  const { id, token } = await app.account('guest');
  const instance = await startSecondInstance(app);
  await app.get('users', { token });
  await app.query(`UPDATE audit_events SET at = at - interval '61 s' WHERE actor_id = $1`, [id]);
  await instance.get('users', { token });
  await instance.close();
  const details = { method: 'GET', route: '/api/v1/users', count: 1 };
  expect((await denialsOf(id)).map((event) => event['details'])).toEqual([details, details]);
});

function denialsOf(id: string) {
  return app.query(
    `SELECT action, outcome, details, ip FROM audit_events
     WHERE actor_id = $1 AND action = 'denied' ORDER BY at, id`,
    [id],
  );
}
