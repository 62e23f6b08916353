import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCustomers } from '../support/many-customers.ts';
import { plansOf } from '../support/plans.ts';

const ROWS = 100_000;

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  await insertCustomers(app, ROWS);
  await app.query(
    'UPDATE customers SET deleted_at = now() WHERE id IN (SELECT id FROM customers LIMIT 100)',
  );
  await app.query('ANALYZE customers');
});
afterAll(() => app.close());

async function nextCursorOf(path: string): Promise<string | null> {
  const { status, body, text } = await app.get(path, { token });
  expect(status, text).toBe(200);
  return body.page.next_cursor;
}

/** The plans of the first page, and of the second if there is one. */
async function plansOfTwoPages(path: string): Promise<string[][]> {
  const plansOfPage = (page: string) => plansOf(app, 'FROM customers', () => nextCursorOf(page));
  const cursor = await nextCursorOf(path);
  const first = await plansOfPage(path);
  if (cursor === null) return first;
  return [...first, ...(await plansOfPage(`${path}&cursor=${cursor}`))];
}

describe('GET /customers uses neither a sequential scan nor a sort', () => {
  test.each([
    'customers?limit=20',
    'customers?sort=created_at',
    'customers?sort=-created_at',
    'customers?sort=updated_at',
    'customers?sort=-updated_at',
    'customers?sort=name',
    'customers?sort=-name',
    'customers?sort=dob',
    'customers?sort=-dob',
    'customers?n=20',
    'customers?n=1000',
    'customers?name=ada%20c4ca423',
    'customers?email=C4CA4238A01@example.com',
    'customers?external_id=C-77',
    'customers?country=FR',
    'customers?country=ZW',
    'customers?language=en',
    'customers?country=FR&language=en',
    'customers?deleted=only',
  ])('%s', async (path) => {
    for (const plan of await plansOfTwoPages(path)) {
      expect(plan).not.toContain('Seq Scan');
      expect(plan).not.toContain('Sort');
    }
  });
});

describe('GET /customers uses no sequential scan, and at most one sort below a limit', () => {
  test.each([
    'customers?q=c4ca42',
    'customers?q=ada',
    'customers?phone=%2B447700900123',
    'customers?q=%E6%9D%8E%E6%98%8E',
    'customers?q=m%C3%BCll',
    'customers?q=a--',
    'customers?q=a%20b',
    'customers?metadata[plan]=gold',
    'customers?metadata[plan]=gold&sort=name',
    'customers?metadata[shop]=17',
    'customers?metadata[shop]=17&sort=-dob',
    'customers?metadata[plan]=gold&metadata[shop]=17',
    'customers?metadata[plan]=gold&metadata[shop]=17&metadata[tier]=1',
    'customers?metadata[plan]=nothing',
    'customers?metadata[plan]=gold&q=ada',
    'customers?q=c4ca42&country=FR',
    'customers?q=example.com',
    'customers?q=example.com&country=ZW',
    'customers?q=c4ca42&sort=name',
    'customers?q=c4ca42&n=5',
    'customers?dob_from=1990-04-30&dob_to=1990-04-30',
    'customers?dob_from=1930-01-01',
    'customers?updated_since=2000-01-01T00:00:00Z',
    'customers?country=FR&sort=name',
    'customers?name=ada%20c4ca423&sort=dob',
    'customers?deleted=only&sort=-name',
    'customers?deleted=only&country=FR',
  ])('%s', async (path) => {
    for (const plan of await plansOfTwoPages(path)) {
      expect(plan).not.toContain('Seq Scan');
      const sorts = plan.filter((node) => node.includes('Sort'));
      expect(sorts.length).toBeLessThanOrEqual(1);
      expect(sorts.length === 0 || plan[0] === 'Limit').toBe(true);
    }
  });

  test('customers?updated_since= with a recent time', async () => {
    const since = new Date(Date.now() - 5 * 60_000).toISOString();
    for (const plan of await plansOfTwoPages(`customers?updated_since=${since}`)) {
      expect(plan).not.toContain('Seq Scan');
    }
  });
});

describe('GET /customers?q= with more matches than are sorted for a page', () => {
  test('returns an incomplete first page, and finds the rows on the next page', async () => {
    const page = (parameters = '') =>
      app.get(`customers?q=margaret&sort=name&limit=20${parameters}`, { token });
    const first = await page();
    expect(first.body).toMatchObject({ data: [], page: { has_more: true, is_incomplete: true } });
    const second = await page(`&cursor=${first.body.page.next_cursor}`);
    const rows = await app.query<{ id: string }>(
      `SELECT id FROM customers WHERE name LIKE 'Margaret%' AND deleted_at IS NULL
       ORDER BY name, id LIMIT 20`,
    );
    expect(second.body.data.map(({ id }: { id: string }) => id)).toEqual(rows.map(({ id }) => id));
    expect(second.body.page).not.toHaveProperty('is_incomplete');
  });
});
