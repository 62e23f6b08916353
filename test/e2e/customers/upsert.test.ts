import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { Answer, Send } from '../../support/client.ts';
import { whileUncommitted } from '../../support/lock.ts';

let app: TestApp;
let token: string;
let admin: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('user')).token;
  admin = (await app.account('admin')).token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

type Method = 'PUT' | 'PATCH';

function upsert(method: Method, id: string, body: unknown, headers: Send['headers'] = {}) {
  const path = `customers?external_id=${encodeURIComponent(id)}`;
  return app.send(method, path, { body, token, headers });
}

async function rows(): Promise<number> {
  const [row] = await app.query<{ count: number }>('SELECT count(*)::int AS count FROM customers');
  return row?.count ?? -1;
}

function statuses(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

describe.each(['PUT', 'PATCH'] as const)('%s /customers?external_id=', (method) => {
  it('answers 201 with Location for a new id, then 200', async () => {
    const created = await upsert(method, 'X-1', { name: 'Ada', country: 'GB' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ external_id: 'X-1', name: 'Ada', version: 1 });
    expect(created.headers.get('location')).toBe(`/api/v1/customers/${created.body.id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    const changed = await upsert(method, 'X-1', { name: 'Grace' });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('location')).toBeNull();
    expect(changed.body).toMatchObject({ id: created.body.id, name: 'Grace', version: 2 });
    expect(changed.body.country).toBe(method === 'PUT' ? null : 'GB');
  });

  it('answers 200 with the same version and without an audit event if nothing changes', async () => {
    const body = { external_id: 'X-1', name: 'Ada', metadata: { plan: 'gold' } };
    const { body: created } = await upsert(method, 'X-1', body);
    const again = await upsert(method, 'X-1', body);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(created);
    const events = await app.query('SELECT FROM audit_events WHERE subject_id = $1', [created.id]);
    expect(events).toHaveLength(1);
  });

  it('creates a customer if the one with the id is deleted', async () => {
    const first = await upsert(method, 'X-1', { name: 'Ada' });
    await app.delete(`customers/${first.body.id}`, { token });
    const second = await upsert(method, 'X-1', { name: 'Ada' });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    const restored = await app.post(`customers/${first.body.id}/restore`, undefined, {
      token: admin,
    });
    expect(restored.body.code).toBe('external_id_taken');
  });

  it('answers 412 with If-Match for a missing customer and for another version', async () => {
    const missing = await upsert(method, 'X-1', { name: 'A' }, { 'if-match': '*' });
    expect([missing.status, missing.body.detail]).toEqual([412, expect.stringMatching(/no such/)]);
    expect((await upsert(method, 'X-1', { name: 'A' }, { 'if-match': '"1"' })).status).toBe(412);
    expect(await rows()).toBe(0);
    await upsert(method, 'X-1', { name: 'Ada' });
    expect((await upsert(method, 'X-1', { name: 'B' }, { 'if-match': '"2"' })).status).toBe(412);
    expect((await upsert(method, 'X-1', { name: 'B' }, { 'if-match': '"1"' })).status).toBe(200);
  });

  it('answers 412 with If-None-Match: * for an existing customer', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await upsert(method, 'X-1', { name: 'Ada' }, headers)).status).toBe(201);
    const again = await upsert(method, 'X-1', { name: 'Grace' }, headers);
    expect([again.status, again.body.code]).toEqual([412, 'precondition_failed']);
    expect(again.body.detail).toMatch(/exists/);
    const other = await upsert(method, 'X-1', { name: 'Grace' }, { 'if-none-match': '"1"' });
    expect([other.status, other.body.errors[0].header]).toEqual([400, 'If-None-Match']);
  });

  it('answers 409 for the e-mail of another customer, and creates nothing', async () => {
    await upsert(method, 'X-1', { email: 'ada@example.com' });
    const { status, body } = await upsert(method, 'X-2', { email: 'ADA@example.com' });
    expect([status, body.code]).toEqual([409, 'email_taken']);
    expect(await rows()).toBe(1);
  });

  it.each([
    ['customers', { name: 'Ada' }, { parameter: 'external_id', code: 'required' }],
    ['customers?external_id=', { name: 'Ada' }, { parameter: 'external_id', code: 'length' }],
    ['customers?external_id=%20', { name: 'Ada' }, { parameter: 'external_id', code: 'blank' }],
    [
      'customers?external_id=a&name=b',
      { name: 'Ada' },
      { parameter: 'name', code: 'unknown_field' },
    ],
    ['customers?external_id=a&external_id=b', { name: 'A' }, { parameter: 'external_id' }],
    ['customers?external_id=a', { external_id: 'b' }, { pointer: '/external_id', code: 'one_of' }],
    ['customers?external_id=a', { external_id: null }, { pointer: '/external_id', code: 'one_of' }],
    ['customers?external_id=a', { dob: 'x' }, { pointer: '/dob', code: 'date' }],
  ])('answers 400 for %s', async (path, body, error) => {
    const answer = await app.send(method, path, { body, token });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject(error);
  });

  it('creates one customer for 50 concurrent requests with a new id', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => upsert(method, 'R-1', { name: `Ada ${index % 5}` })),
    );
    expect(statuses(answers)).toEqual([...Array.from({ length: 49 }, () => 200), 201]);
    expect(await rows()).toBe(1);
  });

  it('answers 200 if another request creates the customer and its e-mail is found first', async () => {
    const body = { email: 'ada@example.com', name: 'Ada' };
    const answer = await whileUncommitted(
      app,
      `INSERT INTO customers (email) VALUES ('ada@example.com')`,
      () => upsert(method, 'R-1', body),
      `UPDATE customers SET external_id = 'R-1'`,
    );
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ ...body, external_id: 'R-1', version: 2 });
    expect(await rows()).toBe(1);
  });

  it('answers only 200 and 201 while others delete and restore the customer', async () => {
    const { body } = await upsert(method, 'R-1', { name: 'Ada' });
    const path = `customers/${body.id}`;
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        if (index % 3 === 0) await app.delete(path, { token });
        if (index % 3 === 1) await app.post(`${path}/restore`, undefined, { token: admin });
        return upsert(method, 'R-1', { name: `Ada ${index}` });
      }),
    );
    expect(statuses(answers).filter((status) => status !== 200 && status !== 201)).toEqual([]);
    const undeleted = await app.query('SELECT FROM customers WHERE deleted_at IS NULL');
    expect(undeleted).toHaveLength(1);
  });
});

const fields = fc.record(
  {
    name: fc.option(fc.constantFrom('Ada', 'Grace'), { nil: null }),
    country: fc.option(fc.constantFrom('GB', 'FR'), { nil: null }),
    metadata: fc.option(
      fc.dictionary(fc.constantFrom('a', 'b'), fc.option(fc.constantFrom('1', '2'), { nil: null })),
      { nil: null },
    ),
  },
  { requiredKeys: [] },
);
type Fields = Record<string, unknown>;

/** The fields of a customer after a PUT or PATCH. */
function expected(method: Method, before: Fields | undefined, sent: Fields): Fields {
  const base = method === 'PUT' || !before ? { name: null, country: null, metadata: {} } : before;
  const metadata: Fields =
    sent['metadata'] === null
      ? {}
      : { ...(base['metadata'] as Fields), ...(sent['metadata'] as Fields | undefined) };
  for (const key of Object.keys(metadata)) if (metadata[key] === null) delete metadata[key];
  return { ...base, ...sent, metadata };
}

describe('PUT and PATCH /customers?external_id=', () => {
  it('store the fields that a simple model predicts', async () => {
    const step = fc.tuple(fc.constantFrom('PUT', 'PATCH'), fc.constantFrom('M-1', 'M-2'), fields);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await app.query('TRUNCATE customers');
        const model = new Map<string, Fields>();
        for (const [method, id, sent] of steps) {
          const before = model.get(id);
          const answer = await upsert(method, id, sent);
          expect(answer.status, answer.text).toBe(before ? 200 : 201);
          const after = expected(method, before, sent);
          model.set(id, after);
          const { name, country, metadata } = answer.body;
          expect({ name, country, metadata: metadata ?? {} }).toEqual(after);
        }
      }),
      { numRuns: 25 },
    );
  });
});
