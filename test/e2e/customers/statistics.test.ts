import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { earlyInDay } from '../../support/midnight.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('viewer'));
});
afterAll(() => app.close());
beforeEach(() => app.query('DELETE FROM customers'));

async function statistics() {
  const { status, body } = await app.get('customers/statistics', { token });
  expect(status).toBe(200);
  return body as {
    total: number;
    is_estimate: boolean;
    created_by_month: { month: string; count: number }[];
    born_by_decade: { decade: number; count: number }[];
    without_dob: number;
  };
}

/** Inserts a customer with a time of creation some months ago, in UTC. */
function insert(monthsAgo: number, dob: string | null, more = ''): Promise<unknown> {
  return app.query(
    `INSERT INTO customers (name, dob, created_at ${more && ', deleted_at'})
     VALUES ('X', $1, (date_trunc('month', now() AT TIME ZONE 'UTC')
       - make_interval(months => $2)) AT TIME ZONE 'UTC' ${more})`,
    [dob, monthsAgo],
  );
}

describe('GET /customers/statistics', () => {
  test('returns counts by month of creation and by decade of birth', async () => {
    await earlyInDay();
    await insert(0, '1984-01-01');
    await insert(0, '1989-12-31');
    await insert(11, '2003-02-28');
    await insert(12, null);
    const {
      total,
      created_by_month: months,
      born_by_decade: decades,
      ...rest
    } = await statistics();
    expect(total).toBe(4);
    expect(rest).toEqual({ is_estimate: false, without_dob: 1 });
    expect(months.map(({ count }) => count)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    const now = new Date();
    expect(months.map(({ month }) => month)).toEqual(
      Array.from({ length: 12 }, (_, index) =>
        new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11 + index))
          .toISOString()
          .slice(0, 7),
      ),
    );
    expect(decades).toEqual([
      { decade: 1980, count: 2 },
      { decade: 1990, count: 0 },
      { decade: 2000, count: 1 },
    ]);
  });

  test('does not count a customer from a millisecond before the first month', async () => {
    await earlyInDay();
    await insert(11, null);
    await app.query(`UPDATE customers SET created_at = created_at - interval '1 millisecond'`);
    const { total, created_by_month: months } = await statistics();
    expect([total, months.every(({ count }) => count === 0)]).toEqual([1, true]);
  });

  test('does not count deleted customers, and returns zeros if there are no others', async () => {
    await insert(0, '1984-01-01', ', now()');
    expect(await statistics()).toMatchObject({ total: 0, born_by_decade: [], without_dob: 0 });
  });

  test('returns an estimate for a large table', async () => {
    await app.query(
      `INSERT INTO customers (name, dob, metadata)
       SELECT 'X', '1984-01-01', jsonb_build_object('pad', repeat(md5(n::text), 60))
       FROM generate_series(1, 30000) AS n`,
    );
    const { total, is_estimate: isEstimate, born_by_decade: decades } = await statistics();
    expect(isEstimate).toBe(true);
    expect(total / 30_000).toBeGreaterThan(0.7);
    expect(total / 30_000).toBeLessThan(1.3);
    expect(decades).toEqual([{ decade: 1980, count: total }]);
  });

  test('answers 400 for any parameter', async () => {
    expectProblem(await app.get('customers/statistics?q=x', { token }), 400, 'validation_failed');
  });
});
