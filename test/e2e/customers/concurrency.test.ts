import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { countStatuses } from '../../support/client.ts';
import { whileUncommitted } from '../../support/lock.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp({ DATABASE_POOL: '10' });
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

async function createCustomer(): Promise<string> {
  const { body } = await app.post('customers', { name: 'Ada' }, { token });
  return body.id;
}

describe('concurrent writes with one ETag', () => {
  test('PATCH /customers/{id} answers 200 to one of 100 and 412 to the others', async () => {
    const id = await createCustomer();
    const answers = await Promise.all(
      many(100).map((index) =>
        app.patch(
          `customers/${id}`,
          { name: `Ada ${index}` },
          { token, headers: { 'if-match': '"1"' } },
        ),
      ),
    );
    expect(countStatuses(answers)).toEqual({ 200: 1, 412: 99 });
    const winner = answers.find(({ status }) => status === 200);
    const { body } = await app.get(`customers/${id}`, { token });
    expect(body).toEqual(winner?.body);
    expect(body.version).toBe(2);
  });

  test('PATCH /users/{id} answers 200 to one of 100 and 412 to the others', async () => {
    const { id } = await app.account('user');
    const { headers } = await app.get(`users/${id}`, { token });
    const ifMatch = headers.get('etag') ?? '';
    const answers = await Promise.all(
      many(100).map((index) =>
        app.patch(
          `users/${id}`,
          { name: `Jo ${index}` },
          { token, headers: { 'if-match': ifMatch } },
        ),
      ),
    );
    expect(countStatuses(answers)).toEqual({ 200: 1, 412: 99 });
  });

  test('PUT and DELETE /customers/{id} succeed once', async () => {
    const id = await createCustomer();
    const headers = { 'if-match': '"1"' };
    const answers = await Promise.all([
      ...many(20).map((index) =>
        app.put(`customers/${id}`, { name: `Ada ${index}` }, { token, headers }),
      ),
      ...many(20).map(() => app.delete(`customers/${id}`, { token, headers })),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    for (const { status } of answers) expect([200, 204, 412, 404]).toContain(status);
  });
});

test('concurrent PATCH /customers/{id} without If-Match are all applied, with a version each', async () => {
  const id = await createCustomer();
  const answers = await Promise.all(
    many(40).map((index) => app.patch(`customers/${id}`, { name: `Ada ${index}` }, { token })),
  );
  expect(countStatuses(answers)).toEqual({ 200: 40 });
  expect(new Set(answers.map(({ body }) => body.version)).size).toBe(40);
  const { body } = await app.get(`customers/${id}/history?limit=100`, { token });
  expect(body.data).toHaveLength(41);
});

test('POST /customers/batch updates a customer that another request creates, although its e-mail is found first', async () => {
  const body = { email: 'ada@example.com', name: 'A' };
  const operations = [{ method: 'upsert', external_id: 'P-1', body }];
  const answer = await whileUncommitted(
    app,
    `INSERT INTO customers (external_id, email) VALUES ('P-1', 'ada@example.com')`,
    () => app.post('customers/batch', { operations }, { token }),
  );
  expect(answer.body.results).toMatchObject([{ status: 200, customer: { name: 'A', version: 2 } }]);
});

test('POST /customers/batch returns the results of committed operations if PostgreSQL refuses a later one', async () => {
  const { body: refused } = await app.post('customers', { name: 'Refused' }, { token });
  await app.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE 'no space left' USING ERRCODE = 'disk_full'; END $$`);
  await app.query(`CREATE TRIGGER refuse BEFORE UPDATE ON customers FOR EACH ROW
    WHEN (OLD.name = 'Refused') EXECUTE FUNCTION refuse()`);
  const update = { method: 'update', id: refused.id, body: { country: 'GB' } };
  const operations = [
    { method: 'create', body: { external_id: 'B-1', name: 'Ada' } },
    { method: 'update', external_id: 'B-1', body: { country: 'GB' } },
    update,
  ];
  const answer = await app.post('customers/batch', { operations }, { token });
  const alone = await app.post('customers/batch', { operations: [update] }, { token });
  await app.query('DROP FUNCTION refuse CASCADE');
  expect(answer.status, answer.text).toBe(200);
  const [first, ...others] = answer.body.results;
  expect(first.status).toBe(201);
  expect(others).toMatchObject([
    { status: 503, problem: { code: 'unavailable' } },
    { status: 503, problem: { code: 'unavailable' } },
  ]);
  expect(alone.status).toBe(503);
});
