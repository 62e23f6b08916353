import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../../support/app.ts';
import { importEnd, importErrors, importFile, upload } from '../../../support/imports.ts';

let app: TestApp;
let admin: { id: string; token: string };
let token: string;
beforeAll(async () => {
  app = await startApp({ IMPORT_MAX_BYTES: '2000000' });
  admin = await app.account('admin');
  token = admin.token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

const HEADER = 'external_id,name,email,dob,country,language';

/** All undeleted customers by external id, without what the server sets. */
function stored(): Promise<Record<string, unknown>[]> {
  return app.query(
    `SELECT external_id, name, email, dob::text, country, language, version FROM customers
     WHERE deleted_at IS NULL ORDER BY external_id, name`,
  );
}

const row = (values: Record<string, unknown>) => ({
  external_id: null,
  name: null,
  email: null,
  dob: null,
  country: null,
  language: null,
  version: 1,
  ...values,
});

describe('formats', () => {
  test('CSV: RFC 4180 with BOM, CRLF, quotes, quoted newlines, empty fields', async () => {
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
    expect(await stored()).toEqual(
      expect.arrayContaining([
        row({
          external_id: 'C-1',
          name: 'Ada Lovelace',
          email: 'ada@example.com',
          dob: '1990-04-30',
          country: 'GB',
          language: 'en',
        }),
        row({ external_id: 'C,2', name: 'Ada "the" First' }),
        row({ external_id: 'C\r\n3', email: 'three@example.com' }),
        row({ external_id: 'C-4', name: '=1+1' }),
        row({ external_id: 'C-5', name: '🦄 Ünïcödé 名前' }),
      ]),
    );
  });

  test('JSON array', async () => {
    const customers = [
      { external_id: 'J-1', name: 'Ada ] } , [', dob: null },
      { external_id: 'J-2', name: 'quote " and \\ backslash', id: 'ignored', version: 9 },
    ];
    const content = JSON.stringify(customers, null, 2);
    const result = await importFile(app, token, 'json', content);
    expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    expect(await stored()).toEqual([
      row({ external_id: 'J-1', name: 'Ada ] } , [' }),
      row({ external_id: 'J-2', name: 'quote " and \\ backslash' }),
    ]);
    expect(await importFile(app, token, 'json', ' [ ] ')).toMatchObject({
      status: 'succeeded',
      created: 0,
    });
  });

  test('NDJSON', async () => {
    const content = '{"external_id":"N-1","name":"A"}\n\n{"external_id":"N-2","name":"B"}\r\n';
    const result = await importFile(app, token, 'ndjson', content);
    expect(result).toMatchObject({ status: 'succeeded', created: 2 });
    expect(await stored()).toHaveLength(2);
  });

  test('ids follow the order of the file', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `C-${index}`);
    await importFile(app, token, 'csv', `external_id\n${lines.join('\n')}\n`);
    const ids = await app.query<{ external_id: string }>(
      'SELECT external_id FROM customers ORDER BY id',
    );
    expect(ids.map(({ external_id: id }) => id)).toEqual(lines);
  });
});

describe('the answer', () => {
  test('is 202 with the place of the import', async () => {
    const { status, headers, body } = await upload(app, token, 'csv', 'name\nAda\n');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/customers/imports/${body.id}`);
    expect(body).toEqual({
      id: expect.any(String),
      status: expect.stringMatching(/running|succeeded/),
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
    ['another charset', { 'content-type': 'text/csv; charset=iso-8859-1' }, 415],
    ['compression', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }, 415],
    ['no type', { 'content-type': '' }, 415],
  ])('with %s is %o %i', async (_, headers, expected) => {
    const answer = await app.send('POST', 'customers/import', {
      token,
      raw: 'name\nAda\n',
      headers,
    });
    expect(answer.status).toBe(expected);
  });

  test('without a body is 400', async () => {
    const headers = { 'content-type': 'text/csv' };
    const { status, body } = await app.send('POST', 'customers/import', { token, headers });
    expect([status, body.code]).toEqual([400, 'malformed_request']);
  });

  test.each(['mode=replace', 'on_error=ignore', 'dry_run=1', 'delimiter=;'])(
    'with %s is 400',
    async (query) => {
      const { status, body } = await upload(app, token, 'csv', 'name\nAda\n', query);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  test('is 401 without a token and 403 without the permission', async () => {
    const user = await app.account('user');
    const headers = { 'content-type': 'text/csv' };
    const anonymous = await app.send('POST', 'customers/import', { raw: 'name\nAda\n', headers });
    expect(anonymous.status).toBe(401);
    expect((await upload(app, user.token, 'csv', 'name\nAda\n')).status).toBe(403);
    for (const path of ['imports', `imports/${randomUUID()}`, `imports/${randomUUID()}/errors`]) {
      expect((await app.get(`customers/${path}`, { token: user.token })).status).toBe(403);
    }
    expect(await stored()).toEqual([]);
  });

  test('of an unknown import is 404', async () => {
    const id = randomUUID();
    for (const path of [`imports/${id}`, `imports/${id}/errors`]) {
      expect((await app.get(`customers/${path}`, { token })).status).toBe(404);
    }
    expect((await app.delete(`customers/imports/${id}`, { token })).status).toBe(404);
  });

  test('a file over the limit is 413', async () => {
    const content = `name\n${'Ada Lovelace\n'.repeat(200_000)}`;
    const announced = await upload(app, token, 'csv', content);
    expect([announced.status, announced.body.code]).toEqual([413, 'payload_too_large']);
    expect(await stored()).toEqual([]);
  });
});

const BAD = [
  HEADER,
  'C-1,Ada,ada@example.com,1990-04-30,GB,en', // 2, good
  'C-2,Grace,grace@example.com,1990-02-30,GB,en', // 3
  '"C-3","Two', // 4, with a quoted line break
  'lines",,,,',
  'C-4,   ,not-an-address,2999-01-01,XX,xx', // 6
  'C-5,Alan,,,', // 7, a field short
  'C-6,"Ed"sger,,,,', // 8, stray quotes
  ',,,1990-04-30,,', // 9, nobody
  'C-8,Alan,ADA@EXAMPLE.COM,,,', // 10, repeats the e-mail of line 2
  'C-1,Alan,,,,', // 11, repeats the external id of line 2
  'C-9,Barbara,,,,', // 12, good
].join('\r\n');

const BAD_ERRORS = [
  { line: 3, code: 'date', field: 'dob' },
  { line: 4, code: 'characters', field: 'name' },
  { line: 6, code: 'blank', field: 'name' },
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

describe('bad rows', () => {
  test('abort: nothing is imported, every bad line is told', async () => {
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
    expect(await stored()).toEqual([]);
    const errors = await importErrors(app, token, result.id);
    expect(errors).toMatchObject(BAD_ERRORS);
    expect(errors.every(({ detail }) => detail.length > 10)).toBe(true);
  });

  test('skip: the good rows are kept, every bad line is told', async () => {
    const result = await importFile(app, token, 'csv', BAD, 'on_error=skip');
    expect(result).toMatchObject({
      status: 'succeeded',
      processed: 10,
      created: 2,
      failed: 8,
      error: null,
    });
    expect(await stored()).toMatchObject([{ external_id: 'C-1' }, { external_id: 'C-9' }]);
    expect(await importErrors(app, token, result.id)).toMatchObject(BAD_ERRORS);
  });

  test('the list of errors comes in pages, by line', async () => {
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

  test('a customer that exists is refused by insert', async () => {
    await app.post('customers', { external_id: 'X-1', email: 'x@example.com' }, { token });
    const content = `${HEADER}\nX-1,A,,,,\nX-2,B,X@Example.com,,,\nX-3,C,,,,\n`;
    const result = await importFile(app, token, 'csv', content, 'on_error=skip');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, failed: 2 });
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 2, code: 'external_id_taken', field: 'external_id' },
      { line: 3, code: 'email_taken', field: 'email' },
    ]);
  });

  test('what a deleted customer had is free', async () => {
    const { body } = await app.post('customers', { external_id: 'D-1' }, { token });
    await app.delete(`customers/${body.id}`, { token });
    const result = await importFile(app, token, 'csv', 'external_id\nD-1\n');
    expect(result).toMatchObject({ status: 'succeeded', created: 1 });
  });

  test('unknown columns refuse each row', async () => {
    const result = await importFile(app, token, 'csv', 'name,shoe_size\nAda,38\nGrace,\n');
    expect(result).toMatchObject({ status: 'failed', failed: 2 });
    expect(await importErrors(app, token, result.id)).toMatchObject([
      { line: 2, code: 'unknown_field', field: 'shoe_size' },
      { line: 3, code: 'unknown_field', field: 'shoe_size' },
    ]);
  });

  test('in JSON the line is the number of the element', async () => {
    const content =
      '[{"name":"A"},{"name":7},"text",{"name":"B","name":"C"},{"name":"D","x":1},' +
      '{"name":"E","nested":{"a":[1,{"b":"]"}]}},{"nam e":nope},null,{"email":"\\ud800@x.de"}]';
    const result = await importFile(app, token, 'json', content, 'on_error=skip');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, failed: 8 });
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
    ]);
  });

  test('hostile names of fields do no harm', async () => {
    const names = ['__proto__', 'a\\u0000b', '\\ud800', 'constructor', 'x'.repeat(1_000)];
    const content = names.map((name) => `{"name":"A","${name}":1}`).join('\n');
    const result = await importFile(app, token, 'ndjson', content, 'on_error=skip');
    expect(result).toMatchObject({ status: 'succeeded', created: 0, failed: 5 });
  });

  test('a record of more than 64 KiB is refused, the next one is not', async () => {
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

describe('malformed files fail as a whole, in both modes', () => {
  test.each([
    ['csv', 'name,name\nA,B\n', 1],
    ['csv', '"name\nA\n', 1],
    [
      'csv',
      Buffer.concat([Buffer.from('name\nAda\nJos'), Buffer.from([0xe9]), Buffer.from('\n')]),
      1,
    ],
    ['json', '{"name":"Ada"}', 1],
    ['json', '[{"name":"Ada"}', 1],
    ['json', '[{"name":"Ada"},]', 2],
    ['json', '[{"name":"Ada"}] trailing', 2],
    ['json', 'name\nAda\n', 1],
  ] as const)('%s %j', async (format, content, line) => {
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
    expect(await stored()).toEqual([]);
  });
});

describe('upsert', () => {
  beforeEach(async () => {
    for (const customer of [
      { external_id: 'U-1', name: 'Ada', email: 'ada@example.com', country: 'GB' },
      { name: 'Grace', email: 'grace@example.com', dob: '1990-04-30' },
      { external_id: 'U-3', name: 'Alan', email: 'alan@example.com' },
    ]) {
      await app.post('customers', customer, { token });
    }
  });

  test('changes the one with the same external id, else with the same e-mail', async () => {
    const content = [
      'external_id,name,email',
      'U-1,Ada L.,ada@example.com', // by its external id
      'U-2,Grace,GRACE@example.com', // by its e-mail, and gets an external id
      ',Alan T.,alan@example.com', // by its e-mail, and keeps its external id
      'U-4,Donald,donald@example.com', // new
    ].join('\n');
    const result = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(result).toMatchObject({ status: 'succeeded', created: 1, updated: 3, skipped: 0 });
    expect(await stored()).toEqual([
      row({
        external_id: 'U-1',
        name: 'Ada L.',
        email: 'ada@example.com',
        country: 'GB',
        version: 2,
      }),
      row({
        external_id: 'U-2',
        name: 'Grace',
        email: 'GRACE@example.com',
        dob: '1990-04-30',
        version: 2,
      }),
      row({ external_id: 'U-3', name: 'Alan T.', email: 'alan@example.com', version: 2 }),
      row({ external_id: 'U-4', name: 'Donald', email: 'donald@example.com' }),
    ]);
  });

  test('leaves alone what the file does not give, clears what it gives as null', async () => {
    const content =
      '{"external_id":"U-1","country":null}\n{"email":"grace@example.com","language":"en"}\n';
    const result = await importFile(app, token, 'ndjson', content, 'mode=upsert');
    expect(result).toMatchObject({ status: 'succeeded', updated: 2 });
    expect(await stored()).toEqual(
      expect.arrayContaining([
        row({ external_id: 'U-1', name: 'Ada', email: 'ada@example.com', version: 2 }),
        row({
          name: 'Grace',
          email: 'grace@example.com',
          dob: '1990-04-30',
          language: 'en',
          version: 2,
        }),
      ]),
    );
  });

  test('skips what is equal already', async () => {
    const content = 'external_id,name\nU-1,Ada\nU-3,Alan\nU-5,New\n';
    const first = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(first).toMatchObject({ created: 1, updated: 0, skipped: 2, failed: 0 });
    const second = await importFile(app, token, 'csv', content, 'mode=upsert');
    expect(second).toMatchObject({ created: 0, updated: 0, skipped: 3, processed: 3 });
    expect((await stored()).every(({ version }) => version === 1)).toBe(true);
  });

  test('refuses rows that contradict each other or a third customer', async () => {
    const content = [
      'external_id,name,email',
      'U-1,Ada,alan@example.com', // 2: the e-mail of U-3
      'U-9,Alan,alan@example.com', // 3: an e-mail of somebody with another external id
      'U-3,Alan,a@example.com', // 4
      'U-3,Alan,b@example.com', // 5: U-3 again
      ',Grace,grace@example.com', // 6
      'U-7,Grace,Grace@example.com', // 7: the same as 6
    ].join('\n');
    const result = await importFile(app, token, 'csv', content, 'mode=upsert&on_error=skip');
    expect(result).toMatchObject({ created: 0, updated: 1, skipped: 1, failed: 4 });
    const errors = await importErrors(app, token, result.id);
    expect(errors.map(({ line, code }) => [line, code])).toEqual([
      [2, 'email_taken'],
      [3, 'email_taken'],
      [5, 'external_id_taken'],
      [7, 'email_taken'],
    ]);
  });

  test('two rows that mean one customer by different keys are one too many', async () => {
    const content = 'external_id,email\nU-1,\n,ada@example.com\n';
    const result = await importFile(app, token, 'csv', content, 'mode=upsert&on_error=skip');
    expect(result).toMatchObject({ updated: 1, failed: 1 });
    expect(await importErrors(app, token, result.id)).toMatchObject([{ line: 3 }]);
  });
});

describe('a dry run', () => {
  test.each(['abort', 'skip'])('with %s counts and changes nothing', async (onError) => {
    await app.post('customers', { external_id: 'T-1', name: 'Ada' }, { token });
    await app.post('customers', { external_id: 'T-2', name: 'Grace' }, { token });
    const before = await stored();
    const content = 'external_id,name\nT-1,Ada L.\nT-2,Grace\nT-3,New\n';
    const query = `mode=upsert&dry_run=true&on_error=${onError}`;
    const result = await importFile(app, token, 'csv', content, query);
    expect(result).toMatchObject({
      status: 'succeeded',
      processed: 3,
      created: 1,
      updated: 1,
      skipped: 1,
      failed: 0,
    });
    expect(await stored()).toEqual(before);
    const events = await app.query('SELECT FROM audit_events WHERE subject_id = $1', [result.id]);
    expect(events).toEqual([]);
  });
});

describe('the audit log', () => {
  test('tells of the import and of each customer, before and after', async () => {
    const created = await app.post('customers', { external_id: 'H-1', name: 'Ada' }, { token });
    const content = 'external_id,name,country\nH-1,"Grace ""G""",GB\nH-2,Alan,\n';
    const { id } = await importFile(app, token, 'csv', content, 'mode=upsert');
    const history = await app.get(`customers/${created.body.id}/history`, { token });
    expect(history.body.data[0]).toMatchObject({
      action: 'customer_updated',
      actor_id: admin.id,
      ip: '127.0.0.1',
      details: {
        import_id: id,
        changes: { name: { from: 'Ada', to: 'Grace "G"' }, country: { from: null, to: 'GB' } },
      },
    });
    const list = await app.get('customers?external_id=H-2', { token });
    const ofNew = await app.get(`customers/${list.body.data[0].id}/history`, { token });
    expect(ofNew.body.data).toMatchObject([
      {
        action: 'customer_created',
        details: {
          changes: { external_id: { from: null, to: 'H-2' }, name: { from: null, to: 'Alan' } },
        },
      },
    ]);
    const [event] = await app.query(
      `SELECT * FROM audit_events WHERE action = 'customers_imported' AND subject_id = $1`,
      [id],
    );
    expect(event).toMatchObject({
      actor_id: admin.id,
      subject_type: 'import',
      details: { mode: 'upsert', on_error: 'abort', created: 1, updated: 1 },
    });
  });
});
