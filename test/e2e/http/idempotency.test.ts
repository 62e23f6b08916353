import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Housekeeping } from '../../../src/common/database/housekeeping.js';
import { KeyedHashes } from '../../../src/common/security/keyed-hashes.js';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';

let app: TestApp;
let other: TestApp;
let admin: { id: string; token: string };
let token: string;

beforeAll(async () => {
  app = await startApp();
  other = await startSecondInstance(app);
  admin = await app.account('admin');
  token = admin.token;
});
afterAll(async () => {
  await other.close();
  await app.close();
});

const withKey = (key: string, bearer = token) => ({
  token: bearer,
  headers: { 'idempotency-key': key },
});

describe('POST /customers with an Idempotency-Key', () => {
  test('creates one customer for 50 concurrent requests at two instances, with one answer', async () => {
    const key = randomUUID();
    const name = `Customer ${key}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? app : other).post('customers', { name }, withKey(key)),
      ),
    );
    const created = answers.filter(({ status }) => status === 201);
    const running = answers.filter(({ body }) => body.code === 'idempotency_in_progress');
    expect(created.length).toBeGreaterThan(0);
    expect(created.length + running.length).toBe(50);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    expect(created.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await app.query('SELECT id FROM customers WHERE name = $1', [name])).toHaveLength(1);
  });

  test('replays the same status, Location, ETag and body, byte for byte', async () => {
    const key = randomUUID();
    const send = () => app.post('customers', { name: 'Ada', country: 'GB' }, withKey(key));
    const first = await send();
    await app.patch(`customers/${first.body.id}`, { name: 'Grace' }, { token });
    const second = await send();
    expect(second.status).toBe(201);
    expect(second.text).toBe(first.text);
    for (const name of ['location', 'etag', 'content-type']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  test('replays for the same members in another order', async () => {
    const key = randomUUID();
    const first = await app.post(
      'customers',
      { name: 'Ada', metadata: { plan: 'gold', seats: '2' } },
      withKey(key),
    );
    const body = { metadata: { seats: '2', plan: 'gold' }, name: 'Ada' };
    const second = await app.post('customers', body, withKey(key));
    expect([second.status, second.text]).toEqual([201, first.text]);
    const list = { operations: [{ method: 'create', body }] };
    expect((await app.post('customers/batch', list, withKey(key))).status).toBe(422);
  });

  test('replays a request of an instance that hashes the members in their order', async () => {
    const [key, body] = [randomUUID(), { name: 'Ada', country: 'GB' }];
    const first = await app.post('customers', body, withKey(key));
    const asSent = `POST /api/v1/customers ${JSON.stringify(body)}`;
    const hmac = app.app.nest.get(KeyedHashes).hash('idempotency', asSent);
    await app.query('UPDATE idempotency_keys SET request_hmac = $2 WHERE key = $1', [key, hmac]);
    expect((await app.post('customers', body, withKey(key))).text).toBe(first.text);
  });

  test.each([
    ['another body', 'customers', { name: 'Grace' }],
    ['another path', 'users', { username: 'somebody' }],
  ])('answers 422 for the same key with %s', async (_, path, body) => {
    const key = randomUUID();
    await app.post('customers', { name: 'Ada' }, withKey(key));
    const { status, body: problem } = await app.post(path, body, withKey(key));
    expect(status).toBe(422);
    expect(problem.code).toBe('idempotency_key_reused');
  });

  test('does not replay the response of another user', async () => {
    const key = randomUUID();
    const user = await app.account('user');
    const mine = await app.post('customers', { name: 'Ada' }, withKey(key));
    const theirs = await app.post('customers', { name: 'Ada' }, withKey(key, user.token));
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  test('stores only successful responses', async () => {
    const key = randomUUID();
    const email = `${key}@example.com`;
    const holder = await app.post('customers', { email }, { token });
    const refused = await app.post('customers', { email }, withKey(key));
    expect(refused.body.code).toBe('email_taken');
    await app.delete(`customers/${holder.body.id}`, { token });
    const { status, headers } = await app.post('customers', { email }, withKey(key));
    expect(status).toBe(201);
    expect(headers.has('idempotency-replayed')).toBe(false);
  });

  test.each([['é'], ['two words'], ['x'.repeat(256)], ['']])(
    'answers 400 for the key %j',
    async (key) => {
      const encoded = Buffer.from(key).toString('latin1');
      const { status, body } = await app.post('customers', { name: 'Ada' }, withKey(encoded));
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ header: 'Idempotency-Key', code: 'format' }]);
    },
  );
});

describe('a claimed Idempotency-Key', () => {
  const claim = (key: string, age: string) =>
    app.query(
      `INSERT INTO idempotency_keys (user_id, key, claim_id, request_hmac, claimed_at)
       VALUES ($1, $2, new_id(), '\\x${'00'.repeat(32)}', now() - $3::interval)`,
      [admin.id, key, age],
    );

  test('can be claimed again after a minute without an answer', async () => {
    const key = randomUUID();
    await claim(key, '61 seconds');
    expect((await app.post('customers', { name: 'Ada' }, withKey(key))).status).toBe(201);
  });

  test('answers 422 to another request within that minute', async () => {
    const key = randomUUID();
    await claim(key, '50 seconds');
    expect((await app.post('customers', { name: 'Ada' }, withKey(key))).status).toBe(422);
  });

  test('answers 409 while its request is in flight', async () => {
    const key = randomUUID();
    const send = () => app.post('customers', { external_id: key }, withKey(key));
    const blocker = await app.database.connect();
    try {
      // An uncommitted insert delays the first request at the unique index.
      await blocker.query('BEGIN');
      await blocker.query('INSERT INTO customers (external_id) VALUES ($1)', [key]);
      const first = send();
      await expect
        .poll(() => app.query('SELECT 1 FROM idempotency_keys WHERE key = $1', [key]))
        .toHaveLength(1);
      const second = await send();
      expect(second.status).toBe(409);
      expect(second.body.code).toBe('idempotency_in_progress');
      await blocker.query('ROLLBACK');
      expect((await first).status).toBe(201);
    } finally {
      blocker.release();
    }
  });
});

test('an Idempotency-Key can be used again after a day, and housekeeping deletes its row', async () => {
  const key = randomUUID();
  const send = () => app.post('customers', { name: 'Ada' }, withKey(key));
  const first = await send();
  await app.query(
    `UPDATE idempotency_keys SET claimed_at = now() - interval '25 hours' WHERE key = $1`,
    [key],
  );
  const second = await send();
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.body.id);
  await app.query(
    `UPDATE idempotency_keys SET claimed_at = now() - interval '25 hours' WHERE key = $1`,
    [key],
  );
  await app.app.nest.get(Housekeeping).run();
  expect(await app.query('SELECT 1 FROM idempotency_keys WHERE key = $1', [key])).toEqual([]);
});

test('POST /users with an Idempotency-Key does not store the body of the request', async () => {
  const key = randomUUID();
  const password = 'six crows over the harbour';
  const username = `u-${key.slice(0, 8)}`;
  const created = await app.post('users', { username, password }, withKey(key));
  expect(created.status, created.text).toBe(201);
  const again = await app.post('users', { username, password }, withKey(key));
  expect(again.text).toBe(created.text);
  const [row] = await app.query('SELECT * FROM idempotency_keys WHERE key = $1', [key]);
  expect(JSON.stringify(row)).not.toContain('crows');
});

test('PATCH /customers/{id} ignores an Idempotency-Key', async () => {
  const created = await app.post('customers', { name: 'Ada' }, { token });
  const key = randomUUID();
  const path = `customers/${created.body.id}`;
  expect((await app.patch(path, { name: 'B' }, withKey(key))).status).toBe(200);
  expect((await app.patch(path, { name: 'C' }, withKey(key))).status).toBe(200);
});

test('POST /customers/{id}/restore and /erase replay their responses', async () => {
  const created = await app.post('customers', { name: 'Ada' }, { token });
  const path = `customers/${created.body.id}`;
  await app.delete(path, { token });
  const restoring = withKey(randomUUID());
  const restored = await app.post(`${path}/restore`, undefined, restoring);
  expect(restored.status).toBe(200);
  const again = await app.post(`${path}/restore`, undefined, restoring);
  expect([again.status, again.text]).toEqual([200, restored.text]);
  const erasing = withKey(randomUUID());
  expect((await app.post(`${path}/erase`, undefined, erasing)).status).toBe(204);
  const replayed = await app.post(`${path}/erase`, undefined, erasing);
  expect([replayed.status, replayed.text]).toEqual([204, '']);
  expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  expect((await app.post(`${path}/erase`, undefined, { token })).status).toBe(404);
});
