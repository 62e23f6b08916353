import { randomUUID } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BulkPool } from '../../../../src/common/database/bulk-pool.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { importFile } from '../../../support/imports.ts';
import { patience } from '../../../support/patience.ts';
import { expectProblem } from '../../../support/problem.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';

let app: TestApp;
let admin: Account;
let other: Account;
beforeAll(async () => {
  app = await startApp();
  [admin, other] = await Promise.all([app.account('admin'), app.account('admin')]);
});
afterAll(() => app.close());

/** Begins an import of which only the header is sent. */
function beginImport({ token }: Account): { upload: ClientRequest; answer: Promise<number> } {
  const upload = request(`${app.url}/api/v1/customers/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    upload.on('response', resolve).on('error', reject);
  }).then(async (response) => {
    await text(response);
    return response.statusCode ?? 0;
  });
  upload.write('external_id,name\n');
  return { upload, answer };
}

/** A join that compares every row with every row. */
const NESTED_JOIN = /Join Filter: \(\w+\.\w+ = \w+\.\w+\)/;

async function metric(instance: TestApp, series: string): Promise<number> {
  const { text: metrics } = await instance.get('/metrics');
  const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.split(' ')[1] ?? 0);
}

test('POST /customers/import answers 429 to the third import of an account, but not to another account', async () => {
  const begun = [beginImport(admin), beginImport(admin)];
  const running = () => metric(app, 'bulkhead_in_use{kind="imports"}');
  await eventually(async () => (await running()) === 2, 'two running imports');
  const raw = 'external_id\nB-1';
  const csv = { 'content-type': 'text/csv' };
  const third = app.send('POST', 'customers/import', { token: admin.token, raw, headers: csv });
  expect(await importFile(app, other.token, 'csv', raw)).toMatchObject({ status: 'succeeded' });
  const refused = await third;
  expectProblem(refused, 429, 'rate_limited');
  expect(refused.headers.get('retry-after')).toBe('1');
  for (const { upload } of begun) upload.end('B-2,Two');
  const answers = await Promise.all(begun.map(({ answer }) => answer));
  expect(answers).toEqual([202, 202]);
  await eventually(async () => (await running()) === 0, 'the end of all imports');
  expect(await metric(app, 'imports_total{status="succeeded"}')).toBeGreaterThanOrEqual(1);
});

test('POST /customers/import succeeds after the network has dropped its connection silently', async () => {
  const proxy = await TcpProxy.to(app.databaseUrl);
  const instance = await startSecondInstance(app, { DATABASE_URL: proxy.url });
  // The default of 10 s is too long for a test.
  const { options } = instance.app.nest.get(BulkPool).imports as unknown as { options: object };
  Object.assign(options, { query_timeout: patience(1_000) });
  try {
    const importRows = (prefix: string) =>
      importFile(instance, admin.token, 'csv', `external_id\n${prefix}-1\n${prefix}-2`);
    expect(await importRows('before')).toMatchObject({ status: 'succeeded', created: 2 });
    await instance.app.nest.get(BulkPool).imports.query('SELECT 1'); // an idle connection
    proxy.forgetRequestsOf('customer-api-imports');
    expect(await importRows('during')).toMatchObject({ status: 'succeeded', created: 2 });
    expect(await importRows('after')).toMatchObject({ status: 'succeeded', created: 2 });
  } finally {
    await instance.close();
    proxy.close();
  }
});

test('POST /customers/import reads only the rows of a chunk in each statement on it', async () => {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  await importFile(app, admin.token, 'csv', 'external_id\nchunk-1');
  await importFile(app, admin.token, 'csv', 'external_id,name\nchunk-1,One', 'mode=upsert');
  const calls = query.mock.calls as unknown as [text: unknown, values?: unknown[]][];
  query.mockRestore();
  const chunkStatements = new Map(
    calls.flatMap(([text, values]) =>
      typeof text === 'string' && text.includes('line <= $3') ? [[text, values ?? []]] : [],
    ),
  );
  expect(chunkStatements.size).toBeGreaterThan(8);

  const large = randomUUID();
  await app.query(
    `INSERT INTO customer_import_rows (import_id, line, sent, external_id, email)
     SELECT $1, i, 5, 'L-' || i, i || '@example.com' FROM generate_series(1, 100000) AS i`,
    [large],
  );
  await app.query('ANALYZE customer_import_rows');
  for (const [text, [, , , ...author]] of chunkStatements) {
    const rows = await app.query(`EXPLAIN ${text}`, [large, 0, 10_000, ...author]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan, text).not.toContain('Seq Scan on customer_import_rows');
    expect(plan, text).not.toMatch(NESTED_JOIN);
  }
  await app.query('TRUNCATE customer_import_rows');
});
