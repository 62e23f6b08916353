import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import { importErrors, importFile, storedCustomers } from '../../../support/imports.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

const HEADER = 'external_id,name,email,dob,country,language';

const BAD = [
  HEADER,
  'C-1,Ada,ada@example.com,1990-04-30,GB,en', // 2, valid
  'C-2,Grace,grace@example.com,1990-02-30,GB,en', // 3
  '"C-3","Two', // 4, with a quoted line break
  'lines",,,,',
  `C-4,${'x'.repeat(201)},not-an-address,2999-01-01,XX,xx`, // 6
  'C-5,Alan,,,,,more', // 7, one field too many
  'C-6,"Ed"sger,,,,', // 8, stray quotes
  ',,,1990-04-30,,', // 9, neither name, e-mail nor external id
  'C-8,Alan,ADA@EXAMPLE.COM,,,', // 10, repeats the e-mail of line 2
  'C-1,Alan,,,,', // 11, repeats the external id of line 2
  'C-9,Barbara,,,,', // 12, valid
].join('\r\n');

const BAD_ERRORS = [
  { line: 3, code: 'date', field: 'dob' },
  { line: 4, code: 'characters', field: 'name' },
  { line: 6, code: 'length', field: 'name' },
  { line: 6, code: 'format', field: 'email' },
  { line: 6, code: 'range', field: 'dob' },
  { line: 6, code: 'enum', field: 'country' },
  { line: 6, code: 'enum', field: 'language' },
  { line: 7, code: 'malformed_record', field: null },
  { line: 8, code: 'malformed_record', field: null },
  { line: 9, code: 'one_of', field: 'name' },
  { line: 10, code: 'email_taken', field: 'email' },
  { line: 11, code: 'external_id_taken', field: 'external_id' },
];

describe('POST /customers/import with invalid rows', () => {
  test('on_error=abort imports nothing and reports every invalid line', async () => {
    const result = await importFile(app, token, 'csv', BAD);
    expect(result).toMatchObject({
      status: 'failed',
      processed: 10,
      created: 0,
      updated: 0,
      skipped: 0,
      failed: 8,
      error: { code: 'rows_refused' },
    });
    expect(await storedCustomers(app)).toEqual([]);
    const errors = await importErrors(app, token, result.id);
    expect(errors).toMatchObject(BAD_ERRORS);
    expect(errors.every(({ detail }) => detail.length > 10)).toBe(true);
  });

  test('on_error=skip imports the valid rows and reports every invalid line', async () => {
    const result = await importFile(app, token, 'csv', BAD, 'on_error=skip');
    expect(result).toMatchObject({
      status: 'succeeded',
      processed: 10,
      created: 2,
      failed: 8,
      error: null,
    });
    expect(await storedCustomers(app)).toMatchObject([
      { external_id: 'C-1' },
      { external_id: 'C-9' },
    ]);
    expect(await importErrors(app, token, result.id)).toMatchObject(BAD_ERRORS);
  });

  test('GET /customers/imports/{id}/errors returns pages in the order of the lines', async () => {
    const { id } = await importFile(app, token, 'csv', BAD);
    const lines: number[] = [];
    let path = `customers/imports/${id}/errors?limit=5`;
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await app.get(path + (cursor && `&cursor=${cursor}`), { token });
      lines.push(...body.data.map(({ line }: { line: number }) => line));
      cursor = body.page.next_cursor;
    }
    expect(lines).toEqual(BAD_ERRORS.map(({ line }) => line));
  });

  test('mode=insert refuses a row of a customer that exists', async () => {
    await app.post('customers', { external_id: 'X-1', email: 'x@example.com' }, { token });
    const content = `${HEADER}\nX-1,A,,,,\nX-2,B,X@Example.com,,,\nX-3,C,,,,\n`;
    const result = await importFile(app, token, 'csv', content, 'on_error=skip');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, failed: 2 });
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 2, code: 'external_id_taken', field: 'external_id' },
      { line: 3, code: 'email_taken', field: 'email' },
    ]);
  });

  test('accepts the external id of a deleted customer', async () => {
    const { body } = await app.post('customers', { external_id: 'D-1' }, { token });
    await app.delete(`customers/${body.id}`, { token });
    const result = await importFile(app, token, 'csv', 'external_id\nD-1\n');
    expect(result).toMatchObject({ status: 'succeeded', created: 1 });
  });

  test.each(['abort', 'skip'])(
    'on_error=%s refuses a file with unknown columns with one error',
    async (onError) => {
      const content = 'name,shoe_size\nAda,38\nGrace,\n';
      const result = await importFile(app, token, 'csv', content, `on_error=${onError}`);
      expect(result).toMatchObject({ status: 'failed', error: { code: 'columns_refused' } });
      expect(await importErrors(app, token, result.id)).toMatchObject([
        { line: 1, code: 'unknown_field', field: 'shoe_size' },
      ]);
      expect(await storedCustomers(app)).toEqual([]);
    },
  );

  test('reports the number of the element as the line in JSON', async () => {
    const content =
      '[{"name":"A"},{"name":7},"text",{"name":"B","name":"C"},{"name":"D","x":1},' +
      '{"name":"E","nested":{"a":[1,{"b":"]"}]}},{"nam e":nope},null,{"email":"\\ud800@x.de"},' +
      '{"name":"F","x":1,"nested":2}]';
    const result = await importFile(app, token, 'json', content, 'on_error=skip');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, failed: 9 });
    const errors = await importErrors(app, token, result.id);
    expect(errors.map(({ line, code, field }) => [line, code, field])).toEqual([
      [2, 'type', 'name'],
      [3, 'malformed_record', null],
      [4, 'malformed_record', null],
      [5, 'unknown_field', 'x'],
      [6, 'unknown_field', 'nested'],
      [7, 'malformed_record', null],
      [8, 'malformed_record', null],
      [9, 'format', 'email'],
      [10, 'unknown_field', 'x'],
    ]);
  });

  test('refuses rows with hostile field names', async () => {
    const names = ['__proto__', 'a\\u0000b', '\\ud800', 'constructor', 'x'.repeat(1_000)];
    const content = names.map((name) => `{"name":"A","${name}":1}`).join('\n');
    const result = await importFile(app, token, 'ndjson', content, 'on_error=skip');
    expect(result).toMatchObject({
      status: 'failed',
      created: 0,
      failed: 5,
      error: { code: 'nothing_imported' },
    });
  });

  test('refuses a record of more than 64 KiB and accepts the next one', async () => {
    const long = 'x'.repeat(70_000);
    const csv = `name,external_id\n${long},1\n"${long}",2\n"open ${long}\nAda,3\n`;
    const fromCsv = await importFile(app, token, 'csv', csv, 'on_error=skip');
    expect(fromCsv).toMatchObject({ status: 'succeeded', created: 1, failed: 3 });
    const errors = await importErrors(app, token, fromCsv.id);
    expect(errors.map(({ line }) => line)).toEqual([2, 3, 4]);
    const ndjson = `{"name":"${long}"}\n{"name":"Grace"}\n`;
    const fromNdjson = await importFile(app, token, 'ndjson', ndjson, 'on_error=skip');
    expect(fromNdjson).toMatchObject({ status: 'succeeded', created: 1, failed: 1 });
    const json = `[{"name":"${long}"},{"name":"Alan"}]`;
    const fromJson = await importFile(app, token, 'json', json, 'on_error=skip');
    expect(fromJson).toMatchObject({ status: 'succeeded', created: 1, failed: 1 });
  });
});

describe('POST /customers/import with very many or very long names', () => {
  test('fails for 2001 columns, but does not count empty ones', async () => {
    const columns = Array.from({ length: 2_000 }, (_, index) => `c${index}`).join(',');
    const refused = await importFile(
      app,
      token,
      'csv',
      `name,${columns}\nAda\n`,
      'unknown=metadata',
    );
    expect(refused).toMatchObject({
      status: 'failed',
      error: { code: 'malformed_file', detail: expect.stringContaining('2001 columns') as string },
    });
    const sheet = `name${','.repeat(16_383)}\nAda\n`;
    expect(await importFile(app, token, 'csv', sheet)).toMatchObject({ created: 1 });
  });

  test('does not count keys that a row clears against the limit of 50', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `metadata.k${index}`);
    const content = (value: (index: number) => string) =>
      `external_id,${keys.join(',')}\nK-1,${keys.map((_, index) => value(index)).join(',')}\n`;
    const query = 'mode=upsert&blank=null';
    const kept = content((index) => (index < 50 ? 'v' : ''));
    expect(await importFile(app, token, 'csv', kept, query)).toMatchObject({ created: 1 });
    const moved = content((index) => (index < 50 ? '' : 'w'));
    expect(await importFile(app, token, 'csv', moved, query)).toMatchObject({ updated: 1 });
    const tooMany = content((index) => (index < 51 ? 'v' : ''));
    expect(await importFile(app, token, 'csv', tooMany, query)).toMatchObject({ failed: 1 });
  });

  test('shortens the name of the column id in an error', async () => {
    const id = randomUUID();
    const content = `i${'_'.repeat(1_000)}d,name\n${id},Ada\nx,Grace\n`;
    const { id: importId } = await importFile(app, token, 'csv', content, 'on_error=skip');
    const [error] = await importErrors(app, token, importId);
    expect(error).toMatchObject({ line: 3, code: 'format', field: `i${'_'.repeat(63)}` });
  });

  test('refuses a record with a long name that is part of many paths', async () => {
    const long = { name: 'Ada', x: { ['k'.repeat(5_000)]: Array<number>(100).fill(1) } };
    const content = `${JSON.stringify(long)}\n{"x":{"y":"grace@example.com"}}\n`;
    const query = 'columns=x.y:email&unknown=ignore&on_error=skip';
    const result = await importFile(app, token, 'ndjson', content, query);
    expect(result).toMatchObject({ status: 'succeeded', created: 1, failed: 1 });
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 1, code: 'malformed_record', field: null },
    ]);
  });
});

describe('POST /customers/import of a malformed file', () => {
  test.each([
    ['csv', 'name,name\nA,B\n', 1],
    ['csv', '"name\nA\n', 1],
    ['csv', 'sep=\0\nfoo\nA\n', 2],
    [
      'csv',
      Buffer.concat([Buffer.from('name\nAda\nJos'), Buffer.from([0xe9]), Buffer.from('\n')]),
      1,
    ],
    ['json', '{"name":"Ada"', 1],
    ['json', '[{"name":"Ada"}', 1],
    ['json', '[{"name":"Ada"},]', 2],
    ['json', '[{"name":"Ada"}] trailing', 2],
    ['json', 'name\nAda\n', 1],
  ] as const)('imports nothing, with abort or skip: %s %j', async (format, content, line) => {
    for (const mode of ['abort', 'skip']) {
      const result = await importFile(app, token, format, content, `on_error=${mode}`);
      expect(result).toMatchObject({
        status: 'failed',
        created: 0,
        error: { code: 'malformed_file' },
      });
      const errors = await importErrors(app, token, result.id);
      expect(errors).toMatchObject([{ line, code: 'malformed_file', field: null }]);
    }
    expect(await storedCustomers(app)).toEqual([]);
  });
});
