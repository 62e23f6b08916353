import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PLANNED_EACH_TIME } from '../../src/common/database/preparing-client.js';
import { startApp, type TestApp } from '../support/app.ts';
import { insertCustomers } from '../support/many-customers.ts';

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

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/**
 * The node types of the plans of every statement on customers that the request makes: with its
 * values, and as PostgreSQL may plan it once it is prepared.
 */
async function plansOf(path: string): Promise<{ plans: string[][]; nextCursor: string | null }> {
  const query = vi.spyOn(app.app.nest.get(DataSource), 'query');
  const { status, body, text } = await app.get(path, { token });
  expect(status, text).toBe(200);
  const statements = query.mock.calls.filter(([sql]) => sql.includes('FROM customers'));
  query.mockRestore();
  const plans: string[][] = [];
  for (const [sql, parameters] of statements) {
    plans.push(await explain(`EXPLAIN (FORMAT JSON) ${sql}`, parameters));
    const isPrepared = !sql.startsWith(PLANNED_EACH_TIME);
    if (isPrepared) plans.push(await explain(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`));
  }
  expect(plans.length).toBeGreaterThan(0);
  return { plans, nextCursor: body.page.next_cursor };
}

async function explain(sql: string, parameters?: unknown): Promise<string[]> {
  const [row] = await app.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(sql, parameters as unknown[]);
  return row ? nodes(row['QUERY PLAN'][0].Plan) : [];
}

function nodes(plan: Plan): string[] {
  return [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodes)];
}

async function plansOfTwoPages(path: string): Promise<string[][]> {
  const first = await plansOf(path);
  if (first.nextCursor === null) return first.plans;
  const second = await plansOf(`${path}&cursor=${first.nextCursor}`);
  return [...first.plans, ...second.plans];
}

describe('without a sequential scan and without sorting', () => {
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

describe('without a sequential scan, sorting no more than the best rows', () => {
  test.each([
    'customers?q=c4ca42',
    'customers?q=ada',
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

  test('updated_since names a moment', async () => {
    const since = new Date(Date.now() - 5 * 60_000).toISOString();
    for (const plan of await plansOfTwoPages(`customers?updated_since=${since}`)) {
      expect(plan).not.toContain('Seq Scan');
    }
  });
});
