import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';

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

function batch(operations: unknown, atomic?: boolean, headers: Record<string, string> = {}) {
  return app.post('customers/batch', { atomic, operations }, { token, headers });
}

function statuses({ body }: Answer): number[] {
  return body.results.map(({ status }: { status: number }) => status);
}

async function names(): Promise<string[]> {
  const { body } = await app.get('customers?sort=created_at&limit=100', { token });
  return body.data.map(({ name }: { name: string }) => name);
}

describe('POST /customers/batch', () => {
  it('executes create, update, upsert and delete in order', async () => {
    const { body: known } = await app.post('customers', { name: 'Known' }, { token });
    const answer = await batch([
      { method: 'create', body: { external_id: 'B-1', name: 'Ada' } },
      { method: 'update', external_id: 'B-1', body: { country: 'GB' } },
      { method: 'upsert', external_id: 'B-1', body: { metadata: { plan: 'gold' } } },
      { method: 'upsert', external_id: 'B-2', body: { name: 'Grace' } },
      { method: 'update', id: known.id, if_match: '"1"', body: { name: 'Changed' } },
      { method: 'update', id: known.id.toUpperCase(), body: { name: 'Changed' } },
      { method: 'delete', external_id: 'B-1' },
      { method: 'delete', external_id: 'B-1' },
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(statuses(answer)).toEqual([201, 200, 200, 201, 200, 200, 204, 404]);
    const { results } = answer.body;
    expect(results[2].customer).toMatchObject({
      name: 'Ada',
      country: 'GB',
      metadata: { plan: 'gold' },
      version: 3,
    });
    expect(results[5].customer).toMatchObject({ name: 'Changed', version: 2 });
    expect(results[6]).toEqual({ status: 204 });
    expect(results[7].problem).toMatchObject({ code: 'not_found', status: 404 });
    expect(await names()).toEqual(['Changed', 'Grace']);
  });

  it('audits each customer that it writes, as a single request does', async () => {
    const answer = await batch([
      { method: 'create', body: { name: 'Ada', metadata: { plan: 'gold' } } },
      { method: 'create', body: { name: 'Grace' } },
    ]);
    const [{ customer }] = answer.body.results;
    await batch([
      { method: 'update', id: customer.id, body: { metadata: { plan: 'silver' } } },
      { method: 'delete', external_id: 'none' },
    ]);
    const { body } = await app.get(`customers/${customer.id}/history`, { token: admin });
    expect(
      body.data.map(({ action, details }: { action: string; details: unknown }) => [
        action,
        details,
      ]),
    ).toEqual([
      ['customer_updated', { changes: { 'metadata.plan': { from: 'gold', to: 'silver' } } }],
      [
        'customer_created',
        {
          changes: { name: { from: null, to: 'Ada' }, 'metadata.plan': { from: null, to: 'gold' } },
        },
      ],
    ]);
  });

  it('executes the other operations if some fail, and reports the problem of each', async () => {
    await app.post('customers', { name: 'Holder', email: 'held@example.com' }, { token });
    const answer = await batch([
      { method: 'create', body: { name: 'First' } },
      { method: 'create', body: { email: 'HELD@example.com' } },
      { method: 'create', body: { name: 'Third', dob: 'never' } },
      { method: 'create', body: {} },
      { method: 'create', body: { email: 'twice@example.com', name: 'Fifth' } },
      { method: 'create', body: { email: 'Twice@example.com' } },
      { method: 'update', external_id: 'none', body: { name: 'x' } },
      { method: 'upsert', external_id: 'new', if_match: '*', body: { name: 'x' } },
      { method: 'upsert', external_id: 'new', body: { external_id: 'other' } },
      { method: 'create', body: { name: 'Last' } },
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(statuses(answer)).toEqual([201, 409, 400, 400, 201, 409, 404, 412, 400, 201]);
    const { results } = answer.body;
    expect(results[1].problem).toMatchObject({
      code: 'email_taken',
      instance: '/api/v1/customers/batch',
    });
    expect(results[2].problem.errors[0]).toMatchObject({ pointer: '/operations/2/body/dob' });
    expect(results[3].problem.errors[0]).toMatchObject({ pointer: '/operations/3/body/name' });
    expect(results[7].problem.detail).toBe('There is no such customer, so if_match cannot match.');
    expect(results[8].problem.errors[0]).toMatchObject({
      pointer: '/operations/8/body/external_id',
    });
    expect(await names()).toEqual(['Holder', 'First', 'Fifth', 'Last']);
  });

  it('answers 412 if if_match is not the current version', async () => {
    const customer = { external_id: 'a', name: 'Ada' };
    const { body } = await app.post('customers', customer, { token });
    const stale = { method: 'update', id: body.id, if_match: '"7"', body: { name: 'Eve' } };
    const detail = 'The resource has changed since it was read.';
    const single = await batch([stale]);
    expect(single.body.results[0]).toMatchObject({ status: 412, problem: { detail } });
    const whole = await batch([stale], true);
    expect(whole).toMatchObject({ status: 412, body: { detail } });
    expect(whole.body.errors).toEqual([
      { pointer: '/operations/0/if_match', code: 'one_of', detail },
    ]);
    expect(await names()).toEqual(['Ada']);
  });

  it.each([
    [{ method: 'create', body: { email: 'held@example.com' } }, 409, 'email_taken', '/body/email'],
    [{ method: 'create', body: { dob: 'x' } }, 400, 'validation_failed', '/body/dob'],
    [{ method: 'delete', external_id: 'none' }, 404, 'not_found', ''],
    [
      { method: 'upsert', external_id: 'n', if_match: '"1"', body: {} },
      412,
      'precondition_failed',
      '/if_match',
    ],
  ])('atomic: answers with the problem of %j and stores nothing', async (bad, status, code, at) => {
    await app.post('customers', { name: 'Holder', email: 'held@example.com' }, { token });
    const good = { method: 'create', body: { name: 'Good' } };
    const answer = await batch([good, good, good, bad, good], true);
    expect([answer.status, answer.body.code], answer.text).toEqual([status, code]);
    expect(answer.body.errors[0].pointer).toBe(`/operations/3${at}`);
    expect(await names()).toEqual(['Holder']);
    const events = await app.query("SELECT FROM audit_events WHERE details::text LIKE '%Good%'");
    expect(events).toEqual([]);
  });

  it('refuses an e-mail that a later operation gives up', async () => {
    const fields = Array.from({ length: 12 }, (_, index) => ({ email: `m${index}@example.com` }));
    const created = await batch(fields.map((body) => ({ method: 'create', body })));
    await app.query('ANALYZE customers'); // so that PostgreSQL updates in the order of the table
    const ids = created.body.results.map(
      ({ customer }: { customer: { id: string } }) => customer.id,
    );
    const [giver, taker, ...others] = ids;
    const answer = await batch([
      { method: 'update', id: taker, body: { email: 'M0@example.com' } },
      { method: 'update', id: giver, body: { email: 'other@example.com' } },
      ...others.map((id: string) => ({ method: 'update', id, body: { country: 'GB' } })),
    ]);
    expect(statuses(answer)).toEqual([409, 200, ...others.map(() => 200)]);
  });

  it('atomic: reports the first operation that fails, even if a later one is invalid', async () => {
    await app.post('customers', { name: 'Holder', email: 'held@example.com' }, { token });
    const taken = { method: 'create', body: { email: 'held@example.com' } };
    const answer = await batch([taken, { method: 'create', body: {} }], true);
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect(answer.body.errors[0].pointer).toBe('/operations/0/body/email');
    expect(await names()).toEqual(['Holder']);
  });

  it('atomic: moves an e-mail from one customer to another', async () => {
    await batch([
      { method: 'create', body: { external_id: 'a', email: 'a@example.com' } },
      { method: 'create', body: { external_id: 'b', email: 'b@example.com' } },
    ]);
    const answer = await batch(
      [
        { method: 'update', external_id: 'a', body: { email: null } },
        { method: 'update', external_id: 'b', body: { email: 'a@example.com' } },
        { method: 'update', external_id: 'a', body: { email: 'b@example.com' } },
      ],
      true,
    );
    expect(answer.status, answer.text).toBe(200);
    expect(statuses(answer)).toEqual([200, 200, 200]);
  });

  it.each([
    [undefined, '/operations'],
    [[], '/operations'],
    ['x', '/operations'],
    [Array.from({ length: 101 }, () => ({ method: 'create', body: {} })), '/operations'],
    [[5], '/operations/0'],
    [[{}], '/operations/0/method'],
    [[{ method: 'remove', id: 'x' }], '/operations/0/method'],
    [[{ method: 'create', body: { name: 'A' } }, { method: 'delete' }], '/operations/1'],
    [[{ method: 'create', id: 'x', body: {} }], '/operations/0'],
    [[{ method: 'create', if_match: '*', body: {} }], '/operations/0/if_match'],
    [[{ method: 'create' }], '/operations/0/body'],
    [[{ method: 'delete', id: 'x' }], '/operations/0/id'],
    [[{ method: 'delete', external_id: 'x', body: {} }], '/operations/0/body'],
    [[{ method: 'delete', external_id: 'x', id: 'x' }], '/operations/0'],
    [[{ method: 'upsert', id: 'x', body: {} }], '/operations/0/external_id'],
    [[{ method: 'upsert', external_id: '', body: {} }], '/operations/0/external_id'],
    [[{ method: 'update', external_id: 5, body: {} }], '/operations/0/external_id'],
    [[{ method: 'delete', external_id: 'x', sql: 'y' }], '/operations/0/sql'],
    [[{ method: 'create', body: {}, 'a/b': 1 }], '/operations/0/a~1b'],
  ])('answers 400 for the operations %j', async (operations, pointer) => {
    const { status, body } = await batch(operations);
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe(pointer);
  });

  it('reports a malformed if_match or body in the result of its operation', async () => {
    const answer = await batch([
      { method: 'delete', external_id: 'x', if_match: '3' },
      { method: 'create', body: 'x' },
      { method: 'create', body: { name: 'Ada', nickname: 'x' } },
    ]);
    const pointers = answer.body.results.map(
      (result: { problem: { errors: { pointer: string }[] } }) => result.problem.errors[0]?.pointer,
    );
    expect(pointers).toEqual([
      '/operations/0/if_match',
      '/operations/1/body',
      '/operations/2/body/nickname',
    ]);
  });

  it('returns the stored response for the same Idempotency-Key, and executes nothing again', async () => {
    const headers = { 'idempotency-key': 'batch-1' };
    const operations = [{ method: 'create', body: { name: 'Ada' } }];
    const first = await batch(operations, false, headers);
    const second = await batch(operations, false, headers);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await names()).toEqual(['Ada']);
    const other = await batch([{ method: 'create', body: { name: 'Bob' } }], false, headers);
    expect(other.status).toBe(422);
  });

  it('stores a response that an export of the person shows and an erasure removes', async () => {
    const operations = ['Emmy Noether', 'Grace'].map((name) => ({
      method: 'create',
      body: { name },
    }));
    const { body } = await batch(operations, true, { 'idempotency-key': 'batch-2' });
    const id = body.results[0].customer.id;
    const exported = await app.get(`customers/${id}/export`, { token: admin });
    expect(exported.body.kept_answers).toEqual([
      { claimed_at: expect.any(String), response: body.results[0].customer },
    ]);
    await app.post(`customers/${id}/erase`, undefined, { token: admin });
    const kept = await app.query(
      "SELECT FROM idempotency_keys WHERE response::text LIKE '%Noether%'",
    );
    expect(kept).toEqual([]);
  });

  it('creates one customer for each id in concurrent batches of the same ids', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `P-${index}`);
    const orders = [ids, ids.toReversed(), ids, ids.toReversed()];
    const answers = await Promise.all(
      orders.map((order) =>
        batch(order.map((id) => ({ method: 'upsert', external_id: id, body: { name: id } }))),
      ),
    );
    const all = answers.flatMap(statuses);
    expect(all.filter((status) => status === 201)).toHaveLength(10);
    expect(all.filter((status) => status === 200)).toHaveLength(30);
    expect(await names()).toHaveLength(10);
  });

  it.each([
    ['each group in a transaction', 2, 'ROLLBACK', {}],
    ['all groups in one transaction', 0, 'COMMIT', { atomic: true }],
  ])('has no deadlock between batches of the same new ids, %s', async (name, taken, end, body) => {
    const ids = Array.from({ length: 6 }, (_, index) => `${name} ${index}`);
    await app.query(`DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I SET deadlock_timeout = ''1min''', current_database()); END $$`);
    const patient = await startSecondInstance(app);
    const third = await app.database.connect();
    try {
      await third.query('BEGIN');
      await third.query('INSERT INTO customers (external_id) VALUES ($1)', [ids[taken]]);
      const running = [ids, ids.toReversed()].map((order) => {
        const operations = order.map((id) => ({ method: 'upsert', external_id: id, body: {} }));
        return patient.post('customers/batch', { ...body, operations }, { token });
      });
      await eventually(async () => (await countWaiting()) === 2, 'two batches that wait');
      await third.query(end);
      const answers = await Promise.all(running);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const created = answers.flatMap(statuses).filter((status) => status === 201);
      expect(created).toHaveLength(end === 'COMMIT' ? 5 : 6);
    } finally {
      third.release();
      await patient.close();
    }
  });
});

async function countWaiting(): Promise<number | undefined> {
  const [row] = await app.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row?.count;
}
