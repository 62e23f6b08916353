import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('admin'));
});
afterAll(() => app.close());

/** Few values, so that many rows have the same value to sort by, or none. */
const row = fc.record({
  name: fc.constantFrom(null, 'A', 'B', 'b', 'Ä'),
  dob: fc.constantFrom(null, '1990-04-30', '2000-02-29'),
  minutes: fc.integer({ min: 0, max: 3 }),
});

/** A write between two pages, to other rows, which may or may not be returned. */
const write = fc.constantFrom('insert', 'update', 'delete', 'nothing');

const sort = fc
  .tuple(fc.constantFrom('', '-'), fc.constantFrom('created_at', 'updated_at', 'name', 'dob'))
  .map((parts) => parts.join(''));

async function store(rows: readonly unknown[]): Promise<string[]> {
  await app.query('TRUNCATE customers');
  const stored = await app.query<{ id: string }>(
    `INSERT INTO customers (external_id, name, dob, created_at, updated_at)
     SELECT 'still-' || n, name, dob, moment, moment FROM (
       SELECT row_number() OVER () AS n, name, dob,
         timestamptz '2026-01-01' + minutes * interval '1 minute' AS moment
       FROM jsonb_to_recordset($1) AS r (name text, dob date, minutes int)) AS rows
     RETURNING id`,
    [JSON.stringify(rows)],
  );
  return stored.map(({ id }) => id);
}

const WRITES: Record<string, string> = {
  insert: `INSERT INTO customers (external_id, name, dob)
    VALUES ('busy-' || new_id(), 'B', '2000-02-29')`,
  update: `UPDATE customers SET name = 'A', dob = '1990-04-30', updated_at = now()
    WHERE external_id LIKE 'busy-%'`,
  delete: `UPDATE customers SET deleted_at = now() WHERE id IN (
    SELECT id FROM customers WHERE external_id LIKE 'busy-%' AND deleted_at IS NULL LIMIT 1)`,
};

test('GET /customers returns each unchanged row once over all pages, whatever is written in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.array(write, { minLength: 1, maxLength: 5 }),
      sort,
      fc.integer({ min: 1, max: 7 }),
      async (rows, writes, sort, limit) => {
        const unchanged = await store(rows);
        const seen: string[] = [];
        let path: string | null = `customers?sort=${sort}&limit=${limit}`;
        for (let page = 0; path !== null; page += 1) {
          const { status, body, text } = await app.get(path, { token });
          expect(status, text).toBe(200);
          seen.push(...body.data.map(({ id }: { id: string }) => id));
          const cursor: string | null = body.page.next_cursor;
          path = cursor && `customers?sort=${sort}&limit=${limit}&cursor=${cursor}`;
          const statement = page < 10 ? WRITES[writes[page % writes.length] ?? ''] : undefined;
          if (statement) await app.query(statement);
        }
        const own = seen.filter((id) => unchanged.includes(id));
        expect(own.toSorted()).toEqual(unchanged.toSorted());
      },
    ),
    { numRuns: 40 },
  );
});
