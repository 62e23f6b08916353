import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let admin: { id: string; token: string };
let token: string;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
  token = admin.token;
});
afterAll(() => app.close());

async function create(body: Record<string, unknown>, key?: string): Promise<string> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  const created = await app.post('customers', body, { token, headers });
  expect(created.status, created.text).toBe(201);
  return created.body.id;
}

describe('POST /customers/{id}/restore', () => {
  test('restores a deleted customer with a new version', async () => {
    const id = await create({ name: 'Ada', email: 'back@example.com' });
    await app.delete(`customers/${id}`, { token });
    expect((await app.get(`customers/${id}`, { token })).status).toBe(404);
    const { status, body, headers } = await app.post(`customers/${id}/restore`, undefined, {
      token,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, name: 'Ada', email: 'back@example.com', version: 3 });
    expect(headers.get('etag')).toBe('"3"');
    expect((await app.get(`customers/${id}`, { token })).body).toEqual(body);
  });

  test.each([
    ['email', 'email_taken', { email: 'Reused@example.com' }, { email: 'reused@EXAMPLE.com' }],
    ['external_id', 'external_id_taken', { external_id: 'R-1' }, { external_id: 'R-1' }],
  ])('answers 409 if another customer has its %s by now', async (_, code, first, second) => {
    const id = await create(first);
    await app.delete(`customers/${id}`, { token });
    await create(second);
    const { status, body } = await app.post(`customers/${id}/restore`, undefined, { token });
    expect(status).toBe(409);
    expect(body.code).toBe(code);
  });

  test('answers 409 for a customer that is not deleted, and 404 for an unknown one', async () => {
    const id = await create({ name: 'Here' });
    const { status, body } = await app.post(`customers/${id}/restore`, undefined, { token });
    expect([status, body.code]).toEqual([409, 'not_deleted']);
    const unknown = await app.post(`customers/${randomUUID()}/restore`, undefined, { token });
    expect(unknown.status).toBe(404);
  });
});

describe('GET /customers/{id}/history', () => {
  test('returns the diff and actor of each change, newest first, also for a deleted customer', async () => {
    const id = await create({ name: 'Ada', country: 'GB' });
    await app.patch(`customers/${id}`, { name: 'Grace', country: null }, { token });
    await app.delete(`customers/${id}`, { token });
    const { status, body } = await app.get(`customers/${id}/history`, { token });
    expect(status).toBe(200);
    expect(body.data).toMatchObject([
      { action: 'customer_deleted', details: null },
      {
        action: 'customer_updated',
        details: {
          changes: { name: { from: 'Ada', to: 'Grace' }, country: { from: 'GB', to: null } },
        },
      },
      {
        action: 'customer_created',
        outcome: 'success',
        actor_id: admin.id,
        subject_type: 'customer',
        subject_id: id,
        ip: '127.0.0.1',
        details: {
          changes: { name: { from: null, to: 'Ada' }, country: { from: null, to: 'GB' } },
        },
      },
    ]);
  });

  test('returns pages, whose cursor is only valid for the same customer', async () => {
    const id = await create({ name: 'Ada' });
    for (const name of ['B', 'C', 'D']) await app.patch(`customers/${id}`, { name }, { token });
    const first = await app.get(`customers/${id}/history?limit=3&count=exact`, { token });
    expect(first.body.page).toMatchObject({ has_more: true, total: 4 });
    const cursor: string = first.body.page.next_cursor;
    const second = await app.get(`customers/${id}/history?cursor=${cursor}`, { token });
    expect(second.body.data).toMatchObject([{ action: 'customer_created' }]);
    const other = await create({ name: 'E' });
    const { status } = await app.get(`customers/${other}/history?cursor=${cursor}`, { token });
    expect(status).toBe(400);
  });
});

describe('GET /customers/{id}/export', () => {
  test('returns the customer, its history and stored responses', async () => {
    const id = await create({ name: 'Ada', email: 'export@example.com' }, randomUUID());
    await app.patch(`customers/${id}`, { name: 'Grace' }, { token });
    const { status, body } = await app.get(`customers/${id}/export`, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      customer: { id, name: 'Grace', email: 'export@example.com', deleted_at: null },
      history: [
        { action: 'customers_exported' },
        { action: 'customer_updated' },
        { action: 'customer_created' },
      ],
      kept_answers: [{ response: { id, name: 'Ada', version: 1 } }],
    });
  });
});

describe('POST /customers/{id}/erase', () => {
  const SECRETS = ['Zaphod', 'zaphod@example.com', 'Z-4711', '1977-07-07'];
  const PERSON = {
    name: 'Zaphod',
    email: 'zaphod@example.com',
    external_id: 'Z-4711',
    dob: '1977-07-07',
  };

  async function everyTable(): Promise<string> {
    const rows = await app.query(
      `SELECT row_to_json(c)::text FROM customers c
       UNION ALL SELECT row_to_json(a)::text FROM audit_events a
       UNION ALL SELECT row_to_json(i)::text FROM idempotency_keys i`,
    );
    return JSON.stringify(rows);
  }

  test('overwrites the personal data in row, history and stored responses for good', async () => {
    const key = randomUUID();
    const id = await create(PERSON, key);
    await app.patch(`customers/${id}`, { name: 'Zaphod B.' }, { token });
    const before = await everyTable();
    for (const secret of SECRETS) expect(before).toContain(secret);

    const { status, text } = await app.post(`customers/${id}/erase`, undefined, { token });
    expect([status, text]).toEqual([204, '']);

    const after = await everyTable();
    for (const secret of SECRETS) expect(after).not.toContain(secret);
    for (const path of ['', '/history', '/export']) {
      expect((await app.get(`customers/${id}${path}`, { token })).status).toBe(404);
    }
    for (const path of ['restore', 'erase']) {
      const again = await app.post(`customers/${id}/${path}`, undefined, { token });
      expect(again.status).toBe(404);
    }
    const deleted = await app.get('customers?deleted=only&limit=100', { token });
    expect(deleted.text).not.toContain(id);
    const events = await app.query(
      'SELECT action, actor_id, details FROM audit_events WHERE subject_id = $1 ORDER BY at, id',
      [id],
    );
    expect(events).toMatchObject([
      { action: 'customer_created', actor_id: admin.id },
      { details: { changes: { name: { from: '[erased]', to: '[erased]' } } } },
      { action: 'customer_erased', actor_id: admin.id, details: null },
    ]);
    await create(PERSON); // e-mail and external id are free again
  });

  test('keeps a retry of the creation from creating the customer again', async () => {
    const [key, batchKey] = [randomUUID(), randomUUID()];
    const id = await create({ name: 'Ford Prefect' }, key);
    const operations = [
      { method: 'update', id, body: { country: 'GB' } },
      { method: 'create', body: { name: 'Trillian' } },
    ];
    const retryBatch = () =>
      app.post(
        'customers/batch',
        { operations },
        { token, headers: { 'idempotency-key': batchKey } },
      );
    expect((await retryBatch()).status).toBe(200);
    await app.post(`customers/${id}/erase`, undefined, { token });
    const retried = await app.post(
      'customers',
      { name: 'Ford Prefect' },
      { token, headers: { 'idempotency-key': key } },
    );
    expect([retried.status, retried.body.code]).toEqual([404, 'not_found']);
    expect((await retryBatch()).status).toBe(404);
    const found = await app.get('customers?q=Trillian', { token });
    expect(found.body.data).toHaveLength(1);
  });

  test('also erases a deleted customer', async () => {
    const id = await create({ name: 'Arthur Dent' });
    await app.delete(`customers/${id}`, { token });
    expect((await app.post(`customers/${id}/erase`, undefined, { token })).status).toBe(204);
    expect(await everyTable()).not.toContain('Arthur Dent');
  });

  test('answers 404 for an unknown customer', async () => {
    const { status } = await app.post(`customers/${randomUUID()}/erase`, undefined, { token });
    expect(status).toBe(404);
  });
});

test('restore, history, export and erase of /customers/{id} answer 403 to a user', async () => {
  const id = await create({ name: 'Ada' });
  const user = (await app.account('user')).token;
  for (const answer of [
    await app.post(`customers/${id}/restore`, undefined, { token: user }),
    await app.get(`customers/${id}/history`, { token: user }),
    await app.get(`customers/${id}/export`, { token: user }),
    await app.post(`customers/${id}/erase`, undefined, { token: user }),
  ]) {
    expect(answer.status).toBe(403);
  }
});
