import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('viewer'));
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

interface Row {
  id: string;
  dob: string | null;
  country: string | null;
  deleted: boolean;
}

const youngest = (n: number, query = '') => app.get(`customers?n=${n}${query}`, { token });

async function store(rows: readonly Row[]): Promise<void> {
  await app.query('TRUNCATE customers');
  await app.query(
    `INSERT INTO customers (id, name, dob, country, deleted_at)
     SELECT id, 'x', dob, country, CASE WHEN deleted THEN now() END
     FROM jsonb_to_recordset($1) AS r (id uuid, dob date, country text, deleted boolean)`,
    [JSON.stringify(rows)],
  );
}

/** The expected order: by date of birth, then id, both descending. */
function sorted(rows: readonly Row[], n: number): string[] {
  const key = ({ dob, id }: Row) => `${dob} ${id}`;
  return rows
    .filter(({ dob, deleted }) => dob !== null && !deleted)
    .sort((a, b) => (key(a) < key(b) ? 1 : -1))
    .slice(0, n)
    .map(({ id }) => id);
}

const row = fc.record({
  id: fc.uuid(),
  // Few days, so that many customers have the same age.
  dob: fc.constantFrom(null, '1900-01-01', '1999-12-31', '2000-01-01', '2000-02-29', '2020-06-01'),
  country: fc.constantFrom(null, 'GB', 'DE'),
  deleted: fc.boolean(),
});

test('GET /customers?n returns the first n of all customers sorted by age', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { maxLength: 40, selector: ({ id }) => id }),
      fc.integer({ min: 1, max: 50 }),
      async (rows, n) => {
        await store(rows);
        const { body } = await youngest(n);
        expect(body.data.map(({ id }: Row) => id)).toEqual(sorted(rows, n));
        expect(body.page).toEqual({ limit: n, has_more: false, next_cursor: null });
        const british = await youngest(n, '&country=gb');
        expect(british.body.data.map(({ id }: Row) => id)).toEqual(
          sorted(
            rows.filter(({ country }) => country === 'GB'),
            n,
          ),
        );
      },
    ),
    { numRuns: 40 },
  );
});

describe('GET /customers?n', () => {
  test('accepts up to 1000', async () => {
    await app.query(
      `INSERT INTO customers (name, dob) SELECT 'x', DATE '2000-01-01' + n FROM generate_series(1, 1100) n`,
    );
    expect((await youngest(1_000)).body.data).toHaveLength(1_000);
    expect((await youngest(1)).body.data).toMatchObject([{ dob: '2003-01-05' }]);
    expectInvalid(await youngest(1_001), { n: 'range' });
  });

  test('returns an empty list if no customer has a date of birth', async () => {
    await app.query(`INSERT INTO customers (name) VALUES ('ageless')`);
    expect((await youngest(5)).body).toEqual({
      data: [],
      page: { limit: 5, has_more: false, next_cursor: null },
    });
  });

  test('answers 400 with limit, sort or cursor', async () => {
    for (const [name, value] of [
      ['limit', '5'],
      ['sort', 'dob'],
      ['cursor', 'abc'],
    ]) {
      expectInvalid(await youngest(5, `&${name}=${value}`), { [name ?? '']: 'unknown_field' });
    }
    expectInvalid(await youngest(5, '&limit=5&sort=name'), {
      limit: 'unknown_field',
      sort: 'unknown_field',
    });
  });

  test('accepts a trailing slash in the path', async () => {
    expect((await app.get('customers/?n=3', { token })).status).toBe(200);
  });
});
