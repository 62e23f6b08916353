import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import { importErrors, importFile } from '../../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

/** A row of a file, which has the external id of its customer and an e-mail. */
interface Row {
  external_id: string;
  email: string;
}

const KEYS = ['A', 'B', 'C', 'D', 'E', 'F'];
const row = fc.record({
  external_id: fc.constantFrom(...KEYS),
  email: fc.constantFrom(...KEYS.map((key) => `${key.toLowerCase()}@model.example`)),
});
const file = fc.array(row, { minLength: 1, maxLength: 6 });
/** Customers A to D have the e-mails a to d; E and F are new. */
const STORED = KEYS.slice(0, 4);

function toCsv(rows: readonly Row[]): string {
  return ['external_id,email', ...rows.map((r) => `${r.external_id},${r.email}`)].join('\n');
}

/** The expected customers. Undefined if two would have the same e-mail, or if an external id repeats. */
function expectedCustomers(rows: readonly Row[]): Map<string, string> | undefined {
  const customers = new Map(STORED.map((key) => [key, `${key.toLowerCase()}@model.example`]));
  if (new Set(rows.map((r) => r.external_id)).size < rows.length) return undefined;
  for (const { external_id: key, email } of rows) customers.set(key, email);
  return new Set(customers.values()).size === customers.size ? customers : undefined;
}

async function upsert(rows: readonly Row[], onError: string) {
  await app.query('TRUNCATE customers');
  await app.query(
    `INSERT INTO customers (external_id, email)
     SELECT key, lower(key) || '@model.example' FROM unnest($1::text[]) AS key`,
    [STORED],
  );
  const query = `mode=upsert&on_error=${onError}`;
  const result = await importFile(app, token, 'csv', toCsv(rows), query);
  const found = await app.query<{ external_id: string; email: string }>(
    'SELECT external_id, email FROM customers ORDER BY external_id',
  );
  return { result, customers: new Map(found.map((r) => [r.external_id, r.email])) };
}

describe('POST /customers/import?mode=upsert', () => {
  it('stores what a simple model predicts in any order of the rows, or fails for a conflict', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.boolean(), async (rows, isReversed) => {
        const expected = expectedCustomers(rows);
        const ordered = isReversed ? rows.toReversed() : rows;
        const { result, customers } = await upsert(ordered, 'abort');
        expect(result.status).toBe(expected ? 'succeeded' : 'failed');
        const unchanged = new Map(STORED.map((key) => [key, `${key.toLowerCase()}@model.example`]));
        expect(customers).toEqual(expected ?? unchanged);
      }),
      { numRuns: 60 },
    );
  });

  it('accepts rows that are free of conflicts with on_error=skip', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (rows) => {
        const { result, customers } = await upsert(rows, 'skip');
        const errors = await importErrors(app, token, result.id);
        const refused = new Set(errors.map(({ line }) => line));
        const accepted = rows.filter((_, index) => !refused.has(index + 2));
        expect(customers).toEqual(expectedCustomers(accepted));
        expect(result.failed).toBe(refused.size);
        expect(result.created + result.updated + result.skipped).toBe(accepted.length);
      }),
      { numRuns: 60 },
    );
  });

  it('moves e-mails along a chain of customers that is longer than a chunk', async () => {
    const count = 12_000;
    const rows = (shift: number) =>
      Array.from({ length: count }, (_, i) => ({
        external_id: `C-${i}`,
        email: `${(i + shift) % count}@chain.example`,
      }));
    await app.query('TRUNCATE customers');
    await importFile(app, token, 'csv', toCsv(rows(0)));
    for (const onError of ['abort', 'skip']) {
      const shifted = toCsv(rows(onError === 'abort' ? 1 : 2));
      const query = `mode=upsert&on_error=${onError}`;
      const result = await importFile(app, token, 'csv', shifted, query);
      expect(result, JSON.stringify(result)).toMatchObject({
        status: 'succeeded',
        updated: count,
        failed: 0,
        skipped: 0,
      });
    }
    const [moved] = await app.query(`SELECT email FROM customers WHERE external_id = 'C-0'`);
    expect(moved).toEqual({ email: '2@chain.example' });
    const events = await app.query(
      `SELECT details -> 'changes' AS changes FROM audit_events e
     JOIN customers c ON c.id = e.subject_id
     WHERE c.external_id = 'C-0' AND action = 'customer_updated' ORDER BY e.id`,
    );
    expect(events).toEqual([
      { changes: { email: { from: '0@chain.example', to: '1@chain.example' } } },
      { changes: { email: { from: '1@chain.example', to: '2@chain.example' } } },
    ]);
  });

  it('refuses a long chain if its last e-mail is taken, and reports the line that blocks a row', async () => {
    const count = 500;
    const stored = Array.from({ length: count + 1 }, (_, i) => ({
      external_id: `L-${i}`,
      email: `${i}@long.example`,
    }));
    await app.query('TRUNCATE customers');
    await importFile(app, token, 'csv', toCsv(stored));
    const chain = Array.from({ length: count }, (_, i) => ({
      external_id: `L-${i}`,
      email: `${i + 1}@long.example`,
    }));
    const query = 'mode=upsert&on_error=skip';
    const result = await importFile(app, token, 'csv', toCsv(chain), query);
    expect(result).toMatchObject({ status: 'failed', failed: count });
    const [first] = await importErrors(app, token, result.id);
    expect(first).toMatchObject({
      line: 2,
      code: 'email_taken',
      detail: expect.stringMatching(/line 3/),
    });
  });
});
