import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import {
  customerRow,
  importEnd,
  importFile,
  storedCustomers,
  upload,
} from '../../../support/imports.ts';
import { expectProblem } from '../../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp({ IMPORT_MAX_BYTES: '2000000', IMPORT_MAX_ROWS: '30000' });
  token = (await app.account('admin')).token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

const HEADER = 'external_id,name,email,dob,country,language';

describe('POST /customers/import: formats', () => {
  test('reads CSV with a BOM, CRLF, quotes, quoted line breaks and empty fields', async () => {
    const content =
      `\uFEFF${HEADER}\r\n` +
      'C-1,Ada Lovelace,ada@example.com,1990-04-30,gb,EN\r\n' +
      '\r\n' +
      '"C,2","Ada ""the"" First",,,,\r\n' +
      '"C\r\n3",,"three@example.com",,,\r\n' +
      `C-4,'=1+1,,,,\r\n` +
      'C-5,🦄 Ünïcödé 名前,,,,';
    const result = await importFile(app, token, 'csv', content);
    expect(result).toMatchObject({ status: 'succeeded', created: 5, processed: 5, failed: 0 });
    expect(result.received_bytes).toBe(Buffer.byteLength(content));
    expect(result.total_bytes).toBe(Buffer.byteLength(content));
    expect(await storedCustomers(app)).toEqual(
      expect.arrayContaining([
        customerRow({
          external_id: 'C-1',
          name: 'Ada Lovelace',
          email: 'ada@example.com',
          dob: '1990-04-30',
          country: 'GB',
          language: 'en',
        }),
        customerRow({ external_id: 'C,2', name: 'Ada "the" First' }),
        customerRow({ external_id: 'C\r\n3', email: 'three@example.com' }),
        customerRow({ external_id: 'C-4', name: '=1+1' }),
        customerRow({ external_id: 'C-5', name: '🦄 Ünïcödé 名前' }),
      ]),
    );
  });

  test('reads a JSON array', async () => {
    const customers = [
      { external_id: 'J-1', name: 'Ada ] } , [', dob: null },
      { external_id: 'J-2', name: 'quote " and \\ backslash', id: randomUUID(), version: 9 },
    ];
    const content = JSON.stringify(customers, null, 2);
    const result = await importFile(app, token, 'json', content);
    expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    expect(await storedCustomers(app)).toEqual([
      customerRow({ external_id: 'J-1', name: 'Ada ] } , [' }),
      customerRow({ external_id: 'J-2', name: 'quote " and \\ backslash' }),
    ]);
    expect(await importFile(app, token, 'json', ' [ ] ')).toMatchObject({
      status: 'succeeded',
      created: 0,
    });
  });

  test('reads NDJSON', async () => {
    const content = '{"external_id":"N-1","name":"A"}\n\n{"external_id":"N-2","name":"B"}\r\n';
    const result = await importFile(app, token, 'ndjson', content);
    expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    expect(await storedCustomers(app)).toHaveLength(2);
  });

  test('reads as many rows as the limit allows, with ids in the order of the file', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `C-${index}`);
    await importFile(app, token, 'csv', `external_id\n${lines.join('\n')}\n`);
    const ids = await app.query<{ external_id: string }>(
      'SELECT external_id FROM customers ORDER BY id',
    );
    expect(ids.map(({ external_id: id }) => id)).toEqual(lines);
  });
});

describe('POST /customers/import: answers', () => {
  test('202 with the Location of the import', async () => {
    const { status, headers, body } = await upload(app, token, 'csv', 'name\nAda\n');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/customers/imports/${body.id}`);
    expect(body).toEqual({
      id: expect.any(String),
      status: expect.stringMatching(/running|succeeded/),
      mode: 'insert',
      on_error: 'abort',
      dry_run: false,
      warnings: 0,
      columns: [{ source: 'name', target: 'name' }],
      dropped_columns: [],
      problems: [],
      received_bytes: 9,
      total_bytes: 9,
      processed: expect.any(Number),
      created: expect.any(Number),
      updated: 0,
      skipped: 0,
      failed: 0,
      started_at: expect.any(String),
      finished_at: body.finished_at,
      error: null,
    });
    await importEnd(app, token, body.id);
    const list = await app.get('customers/imports?limit=1', { token });
    expect(list.body.data).toMatchObject([{ id: body.id, status: 'succeeded', created: 1 }]);
    expect(list.body.page.has_more).toBe(true);
  });

  test.each([
    ['an unknown type', { 'content-type': 'application/xml' }, 415],
    ['an unknown charset', { 'content-type': 'text/csv; charset=klingon' }, 415],
    ['another compression', { 'content-type': 'text/csv', 'content-encoding': 'br' }, 415],
    ['no type', { 'content-type': '' }, 415],
  ])('for %s, %o: %i', async (_, headers, expected) => {
    const answer = await app.send('POST', 'customers/import', {
      token,
      raw: 'name\nAda\n',
      headers,
    });
    expect(answer.status).toBe(expected);
  });

  test('400 without a body', async () => {
    const headers = { 'content-type': 'text/csv' };
    const { status, body } = await app.send('POST', 'customers/import', { token, headers });
    expect([status, body.code]).toEqual([400, 'malformed_request']);
  });

  test.each(['mode=replace', 'on_error=ignore', 'dry_run=1', 'delimiter=;'])(
    '400 for %s',
    async (query) => {
      const { status, body } = await upload(app, token, 'csv', 'name\nAda\n', query);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  test('401 without a token and 403 without the permission', async () => {
    const user = await app.account('user');
    const headers = { 'content-type': 'text/csv' };
    const anonymous = await app.send('POST', 'customers/import', { raw: 'name\nAda\n', headers });
    expect(anonymous.status).toBe(401);
    expect((await upload(app, user.token, 'csv', 'name\nAda\n')).status).toBe(403);
    for (const path of ['imports', `imports/${randomUUID()}`, `imports/${randomUUID()}/errors`]) {
      expect((await app.get(`customers/${path}`, { token: user.token })).status).toBe(403);
    }
    expect(await storedCustomers(app)).toEqual([]);
  });

  test('404 at /customers/imports/{id} of an unknown import', async () => {
    const id = randomUUID();
    for (const path of [`imports/${id}`, `imports/${id}/errors`]) {
      expect((await app.get(`customers/${path}`, { token })).status).toBe(404);
    }
    expect((await app.delete(`customers/imports/${id}`, { token })).status).toBe(404);
  });

  test('413 for more rows than IMPORT_MAX_ROWS, invalid ones included', async () => {
    const content = `external_id\n${'C-1\n'.repeat(30_000)}not,one,value\n`;
    const refused = await upload(app, token, 'csv', content, 'on_error=skip');
    expectProblem(refused, 413, 'payload_too_large');
    expect(refused.body.detail).toContain('more than 30000 rows');
    const { body: imports } = await app.get('customers/imports', { token });
    expect(imports.data[0]).toMatchObject({
      status: 'failed',
      created: 0,
      error: { code: 'payload_too_large', detail: refused.body.detail },
    });
    expect(await storedCustomers(app)).toEqual([]);
  });

  test('413 for a file larger than IMPORT_MAX_BYTES', async () => {
    const content = `name\n${'Ada Lovelace\n'.repeat(200_000)}`;
    const announced = await upload(app, token, 'csv', content);
    expectProblem(announced, 413, 'payload_too_large');
    expect(announced.body.detail).toContain('more than 2000000 bytes');
    expect(await storedCustomers(app)).toEqual([]);
  });
});
