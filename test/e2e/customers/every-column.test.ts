import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIELD_NAMES } from '../../../src/customers/customer-fields.js';
import { startApp, type TestApp } from '../../support/app.ts';

/** Columns without personal data, which erasure keeps. Add a column only if it holds none. */
const KEPT = ['id', 'created_at', 'updated_at', 'deleted_at', 'erased_at', 'version'];

const CUSTOMER: Readonly<Record<string, unknown>> = {
  external_id: 'E-1',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  dob: '1990-04-30',
  country: 'GB',
  language: 'en',
  phone: '+4915123456789',
  metadata: { plan: 'gold' },
};

let app: TestApp;
let token: string;
let columns: string[];
let id: string;

beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  const rows = await app.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'customers'",
  );
  columns = rows.map(({ name }) => name).filter((name) => !KEPT.includes(name));
  id = (await app.post('customers', CUSTOMER, { token })).body.id;
});
afterAll(() => app.close());

async function customerRow(): Promise<Record<string, unknown>> {
  const [found] = await app.query('SELECT * FROM customers WHERE id = $1', [id]);
  return found ?? {};
}

describe('every column of customers with personal data', () => {
  test('is a field of the API', () => {
    expect(columns.toSorted()).toEqual([...FIELD_NAMES].toSorted());
    expect(columns.toSorted()).toEqual(Object.keys(CUSTOMER).toSorted());
  });

  test('is in GET /customers/{id}/export and in its history', async () => {
    const { body } = await app.get(`customers/${id}/export`, { token });
    expect(body.customer).toMatchObject(CUSTOMER);
    const { changes } = body.history.find(
      ({ action }: { action: string }) => action === 'customer_created',
    ).details;
    const names = Object.keys(changes).map((name) => name.replace(/\..*/, ''));
    expect(names.toSorted()).toEqual(columns.toSorted());
  });

  test('is cleared by POST /customers/{id}/erase', async () => {
    const before = await customerRow();
    for (const column of columns) expect(before[column], column).not.toBeNull();
    expect((await app.post(`customers/${id}/erase`, undefined, { token })).status).toBe(204);
    const after = await customerRow();
    for (const column of columns) expect(after[column], column).toBeNull();
  });
});
