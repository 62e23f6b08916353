import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { countStatuses } from '../../support/client.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
let userId: string;
beforeAll(async () => {
  app = await startApp();
  ({ token, id: userId } = await app.account('user'));
});
afterAll(() => app.close());

const UNKNOWN = 'customers/00000000-0000-7000-8000-000000000000';
const ADA = {
  external_id: null,
  name: 'Ada Lovelace',
  email: null,
  dob: '1990-04-30',
  country: 'GB',
  language: 'en',
};

async function create(fields: object = {}) {
  const answer = await app.post('customers', { ...ADA, ...fields }, { token });
  expect(answer.status, answer.text).toBe(201);
  return { path: `customers/${answer.body.id}`, ...answer };
}

describe('POST /customers', () => {
  test('answers 201 with the customer, its Location and its ETag', async () => {
    const { body, headers } = await create();
    expect(body).toEqual({
      ...ADA,
      phone: null,
      metadata: null,
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: body.created_at,
      version: 1,
    });
    expect(headers.get('location')).toBe(`/api/v1/customers/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
  });

  test('returns the same customer as GET /customers/{id}', async () => {
    const { path, body } = await create();
    const read = await app.get(path, { token });
    expect(read.body).toEqual(body);
    expect(read.headers.get('etag')).toBe('"1"');
  });

  test('accepts a name that another customer has', async () => {
    const [one, two] = [await create({ name: 'Same' }), await create({ name: 'Same' })];
    expect(one.body.id).not.toBe(two.body.id);
  });

  test('answers 409 for an e-mail that is taken in any case, or an external id in the same case', async () => {
    await create({ email: 'Unique@Example.com', external_id: 'U-1' });
    const twice = (fields: object) => app.post('customers', fields, { token });
    expectProblem(await twice({ email: 'uniquE@example.COM' }), 409, 'email_taken');
    expectProblem(await twice({ name: 'x', external_id: 'U-1' }), 409, 'external_id_taken');
    expect((await twice({ external_id: 'u-1' })).status).toBe(201);
  });

  test('answers 201 to one of twenty concurrent requests with one e-mail, and 409 to the others', async () => {
    const body = { email: 'race@example.com' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.post('customers', body, { token })),
    );
    expect(countStatuses(answers)).toEqual({ 201: 1, 409: 19 });
  });
});

describe('PUT /customers/{id}', () => {
  test('clears the fields that are missing', async () => {
    const { path, body } = await create({ email: 'put@example.com' });
    const replaced = await app.put(path, { name: 'Bob', country: 'de' }, { token });
    expect(replaced.status).toBe(200);
    expect(replaced.headers.get('etag')).toBe('"2"');
    expect(replaced.body).toEqual({
      ...body,
      name: 'Bob',
      email: null,
      dob: null,
      country: 'DE',
      language: null,
      updated_at: expect.any(String),
      version: 2,
    });
    expect((await app.get(path, { token })).body).toEqual(replaced.body);
  });

  test('accepts a customer as it was returned, and changes nothing', async () => {
    const { path, body } = await create();
    const same = await app.put(path, body, { token });
    expect([same.status, same.headers.get('etag'), same.body]).toEqual([200, '"1"', body]);
    const events = 'SELECT action FROM audit_events WHERE subject_id = $1';
    expect(await app.query(events, [body.id])).toEqual([{ action: 'customer_created' }]);
  });
});

describe('PATCH /customers/{id}', () => {
  test('changes the fields that are sent, clears those that are null, and leaves the rest', async () => {
    const { path, body } = await create();
    await app.query(`UPDATE customers SET updated_at = updated_at - interval '1 s' WHERE id = $1`, [
      body.id,
    ]);
    const patched = await app.patch(path, { country: 'fr', dob: null }, { token });
    expect(patched.body).toEqual({
      ...body,
      country: 'FR',
      dob: null,
      updated_at: expect.any(String),
      version: 2,
    });
    expect(patched.body.updated_at >= body.updated_at).toBe(true);
  });

  test.each([
    ['the same values', { name: ADA.name, country: 'gb', dob: ADA.dob }],
    ['no field', {}],
    ['server-owned fields', { version: 9, updated_at: 'x' }],
    ['null for a field that is null', { email: null }],
  ])('keeps version and updated_at for %s', async (_name, change) => {
    const { path, body } = await create();
    const patched = await app.patch(path, change, { token });
    expect(patched.status).toBe(200);
    expect(patched.body).toEqual(body);
    expect((await app.get(path, { token })).body).toEqual(body);
  });

  test('answers 400 without a body and changes nothing', async () => {
    const { path, body } = await create();
    expectProblem(await app.send('PATCH', path, { token }), 400, 'validation_failed');
    expect((await app.get(path, { token })).body).toEqual(body);
  });

  test('answers 409 for an e-mail or external id of another customer, as does PUT, and changes nothing', async () => {
    await create({ email: 'taken@example.com', external_id: 'taken' });
    const { path, body } = await create({ email: 'mine@example.com' });
    for (const send of [app.patch.bind(app), app.put.bind(app)]) {
      const change = { ...ADA, name: 'New', email: 'TAKEN@example.com' };
      expectProblem(await send(path, change, { token }), 409, 'email_taken');
      const other = { ...ADA, external_id: 'taken' };
      expectProblem(await send(path, other, { token }), 409, 'external_id_taken');
    }
    expect((await app.get(path, { token })).body).toEqual(body);
  });

  test('stores the same e-mail in another case as a new version', async () => {
    const { path } = await create({ email: 'case@example.com' });
    const patched = await app.patch(path, { email: 'Case@Example.com' }, { token });
    expect(patched.body).toMatchObject({ email: 'Case@Example.com', version: 2 });
  });
});

describe('DELETE /customers/{id}', () => {
  test('removes the customer from all routes and lists, and answers 404 the second time', async () => {
    const { path, body } = await create({ name: 'Gone', email: 'gone@example.com' });
    const deleted = await app.delete(path, { token });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expectProblem(await app.get(path, { token }), 404, 'not_found');
    expectProblem(await app.put(path, { name: 'x' }, { token }), 404, 'not_found');
    expectProblem(await app.patch(path, { name: 'x' }, { token }), 404, 'not_found');
    expectProblem(await app.delete(path, { token }), 404, 'not_found');
    for (const query of ['', 'n=1000', 'email=gone@example.com', 'name=gone']) {
      const { data } = (
        await app.get(`customers?limit=100&${query}`.replace('limit=100&n', 'n'), { token })
      ).body;
      expect(data.map(({ id }: { id: string }) => id)).not.toContain(body.id);
    }
  });

  test('keeps the row, and frees the e-mail and external id', async () => {
    const fields = { email: 'free@example.com', external_id: 'free' };
    const { path, body } = await create(fields);
    await app.delete(path, { token });
    const again = await create(fields);
    expect(again.body.id).not.toBe(body.id);
    const [row] = await app.query('SELECT name, deleted_at FROM customers WHERE id = $1', [
      body.id,
    ]);
    expect(row).toEqual({ name: ADA.name, deleted_at: expect.any(Date) });
  });

  test('answers 204 to one of twenty concurrent requests, and 404 to the others', async () => {
    const { path } = await create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.delete(path, { token })),
    );
    expect(countStatuses(answers)).toEqual({ 204: 1, 404: 19 });
  });
});

test('GET, PUT, PATCH and DELETE /customers/{id} answer 404 for an unknown id', async () => {
  expectProblem(await app.get(UNKNOWN, { token }), 404, 'not_found');
  expectProblem(await app.put(UNKNOWN, { name: 'x' }, { token }), 404, 'not_found');
  expectProblem(await app.patch(UNKNOWN, { name: 'x' }, { token }), 404, 'not_found');
  expectProblem(await app.delete(UNKNOWN, { token }), 404, 'not_found');
});

test('POST, PATCH and DELETE of a customer are audited with actor, request id and diff', async () => {
  const { path, body } = await create();
  await app.patch(path, { country: 'FR' }, { token, headers: { 'x-request-id': 'the-patch' } });
  await app.patch(path, { country: 'FR' }, { token });
  await app.delete(path, { token });
  const events = await app.query(
    `SELECT action, outcome, actor_id, request_id, details FROM audit_events
     WHERE subject_type = 'customer' AND subject_id = $1 ORDER BY at, id`,
    [body.id],
  );
  const common = { outcome: 'success', actor_id: userId };
  expect(events).toMatchObject([
    { ...common, action: 'customer_created' },
    {
      ...common,
      action: 'customer_updated',
      request_id: 'the-patch',
      details: { changes: { country: { from: 'GB', to: 'FR' } } },
    },
    { ...common, action: 'customer_deleted' },
  ]);
});

describe('GET /customers/{id} with If-None-Match', () => {
  test.each(['"1"', 'W/"1"', '"7", "1"', '*', '"1","2"'])(
    'answers 304 for %s at version 1',
    async (tag) => {
      const { path } = await create();
      const headers = { 'if-none-match': tag };
      for (const method of ['GET', 'HEAD']) {
        const answer = await app.send(method, path, { token, headers });
        expect([answer.status, answer.text]).toEqual([304, '']);
        expect(answer.headers.get('etag')).toBe('"1"');
      }
    },
  );

  test.each(['"2"', '1', '"1', '', 'W/1'])('answers 200 for %j at version 1', async (tag) => {
    const { path, body } = await create();
    const answer = await app.get(path, { token, headers: { 'if-none-match': tag } });
    expect([answer.status, answer.body]).toEqual([200, body]);
  });
});

describe('PUT, PATCH and DELETE /customers/{id} with If-Match', () => {
  const patch = { name: 'Bob' };

  test.each(['PUT', 'PATCH', 'DELETE'])('%s succeeds with the current tag', async (method) => {
    for (const tag of ['"1"', '*', '"9", "1"']) {
      const { path } = await create();
      const body = method === 'DELETE' ? undefined : patch;
      const answer = await app.send(method, path, { token, body, headers: { 'if-match': tag } });
      expect(answer.status, tag).toBe(method === 'DELETE' ? 204 : 200);
    }
  });

  test.each(['PUT', 'PATCH', 'DELETE'])(
    '%s answers 412 with any other tag, and changes nothing',
    async (method) => {
      const { path } = await create();
      await app.patch(path, { country: 'FR' }, { token });
      const body = method === 'DELETE' ? undefined : patch;
      for (const tag of ['"1"', '"3"', 'W/"2"', '"02"', '"x"', '""', '"99999999999999999999"']) {
        const answer = await app.send(method, path, { token, body, headers: { 'if-match': tag } });
        expectProblem(answer, 412, 'precondition_failed', tag);
      }
      expect((await app.get(path, { token })).body).toMatchObject({ name: ADA.name, version: 2 });
    },
  );

  test('answer 404 before 412', async () => {
    const headers = { 'if-match': '"1"' };
    expectProblem(await app.patch(UNKNOWN, patch, { token, headers }), 404, 'not_found');
  });

  test.each(['1', '', '"1'])('answer 400 for %j, which is no tag', async (tag) => {
    const { path } = await create();
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const body = method === 'DELETE' ? undefined : patch;
      const answer = await app.send(method, path, { token, body, headers: { 'if-match': tag } });
      expectProblem(answer, 400, 'validation_failed', method);
    }
  });

  test('answer 428 without it if REQUIRE_IF_MATCH=true', async () => {
    const strict = await startSecondInstance(app, { REQUIRE_IF_MATCH: 'true' });
    try {
      const { path } = await create();
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? undefined : patch;
        const answer = await strict.send(method, path, { token, body });
        expectProblem(answer, 428, 'precondition_required', method);
      }
      const headers = { 'if-match': '"1"' };
      expect((await strict.patch(path, patch, { token, headers })).status).toBe(200);
    } finally {
      await strict.close();
    }
  });
});
