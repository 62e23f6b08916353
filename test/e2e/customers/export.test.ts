import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BulkPool } from '../../../src/common/database/bulk-pool.js';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
let viewer: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  viewer = (await app.account('viewer')).token;
});
beforeEach(() => app.query('TRUNCATE customers'));
afterAll(() => app.close());

const HEADER =
  'id,external_id,name,email,dob,country,language,phone,metadata,created_at,updated_at,version';
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

/** CSV with a placeholder for each id and time. */
function withoutServerValues(csv: string): string {
  return csv.replaceAll(/[0-9a-f-]{36}/g, 'ID').replaceAll(new RegExp(TIME, 'g'), 'TIME');
}

async function exported(query = ''): Promise<string> {
  const { status, text } = await app.get(`customers/export?${query}`, { token: viewer });
  expect(status, text).toBe(200);
  return text;
}

async function create(...customers: Record<string, unknown>[]): Promise<void> {
  for (const customer of customers) {
    const { status, text } = await app.post('customers', customer, { token });
    expect(status, text).toBe(201);
  }
}

describe('GET /customers/export?format', () => {
  beforeEach(() =>
    create(
      {
        external_id: 'C-1',
        name: 'Ada',
        email: 'ada@example.com',
        dob: '1990-04-30',
        country: 'GB',
        language: 'en',
        phone: '0151234567',
        metadata: { plan: 'gold' },
      },
      { external_id: 'quote " comma , back\\slash', name: '名前' },
      { external_id: 'line\r\nbreak', email: 'b@example.com' },
    ),
  );

  test('returns CSV by default, in the order of creation', async () => {
    expect(withoutServerValues(await exported())).toBe(
      [
        HEADER,
        'ID,C-1,Ada,ada@example.com,1990-04-30,GB,en,0151234567,"{""plan"": ""gold""}",TIME,TIME,1',
        'ID,"quote "" comma , back\\slash",名前,,,,,,,TIME,TIME,1',
        'ID,"line\r\nbreak",,b@example.com,,,,,,TIME,TIME,1',
        '',
      ].join('\n'),
    );
  });

  const SERVER_OWNED = {
    id: expect.any(String),
    created_at: expect.stringMatching(TIME),
    updated_at: expect.stringMatching(TIME),
    version: 1,
  };
  const OBJECTS = [
    {
      external_id: 'C-1',
      name: 'Ada',
      email: 'ada@example.com',
      dob: '1990-04-30',
      country: 'GB',
      language: 'en',
      phone: '0151234567',
      metadata: { plan: 'gold' },
    },
    {
      external_id: 'quote " comma , back\\slash',
      name: '名前',
      email: null,
      dob: null,
      country: null,
      language: null,
      phone: null,
      metadata: null,
    },
    {
      external_id: 'line\r\nbreak',
      name: null,
      email: 'b@example.com',
      dob: null,
      country: null,
      language: null,
      phone: null,
      metadata: null,
    },
  ];

  test('json returns an array', async () => {
    expect(JSON.parse(await exported('format=json'))).toEqual(
      OBJECTS.map((fields) => ({ ...SERVER_OWNED, ...fields })),
    );
  });

  test('ndjson returns a line for each customer', async () => {
    const lines = (await exported('format=ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      OBJECTS.map((fields) => ({ ...SERVER_OWNED, ...fields })),
    );
  });

  test.each([
    ['csv', 'text/csv; charset=utf-8; header=present'],
    ['ndjson', 'application/x-ndjson'],
    ['json', 'application/json'],
  ])('%s is sent as an attachment that is not cached', async (format, type) => {
    const { headers } = await app.get(`customers/export?format=${format}`, { token: viewer });
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="customers.${format}"`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('n exports only the youngest customers that match, the youngest first', async () => {
    await create(
      { name: 'Youngest', dob: '2001-02-03', country: 'FR' },
      { name: 'Young', dob: '2000-01-01', country: 'GB' },
      { name: 'Same day', dob: '2000-01-01', country: 'GB' },
    );
    const names = async (query: string) =>
      (JSON.parse(await exported(`format=json&${query}`)) as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names('n=2')).toEqual(['Youngest', 'Same day']);
    expect(await names('n=1000')).toEqual(['Youngest', 'Same day', 'Young', 'Ada']);
    expect(await names('n=1000&country=GB')).toEqual(['Same day', 'Young', 'Ada']);
    expect((await exported('n=1')).trimEnd().split('\n')).toHaveLength(2);
    expectInvalid(await app.get('customers/export?n=1001', { token: viewer }), { n: 'range' });
  });

  test.each(['csv', 'ndjson', 'json'])(
    '%s contains each customer once if the last one of a page looks like several rows',
    async (format) => {
      await app.query(
        `INSERT INTO customers (id, name, external_id)
         SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'name ' || i,
           CASE i WHEN 4000 THEN E'"",\n"ffffffff-ffff-7fff-8fff-ffffffffffff,"\n' END
         FROM generate_series(1, 4001) AS i`,
      );
      const names = (await exported(`format=${format}`)).match(/name \d+/g);
      expect(names).toEqual(Array.from({ length: 4001 }, (_, index) => `name ${index + 1}`));
    },
  );

  test('returns a header line, an empty array or nothing without customers', async () => {
    await app.query('TRUNCATE customers');
    expect(await exported()).toBe(`${HEADER}\n`);
    expect(JSON.parse(await exported('format=json'))).toEqual([]);
    expect(await exported('format=ndjson')).toBe('');
  });
});

test.each([
  ['=1+1', `'=1+1`],
  ['+49', `'+49`],
  ['-1', `'-1`],
  ['@x', `'@x`],
  ['\tx', `'\tx`],
  ['\rx', `"'\rx"`],
  [`'=1`, `''=1`],
  [`''=1`, `'''=1`],
  [`'9`, `''9`],
  [`'a`, `'a`],
  ['NULL', `'NULL`],
  [`'NULL`, `''NULL`],
  ['NULLA', 'NULLA'],
  ['\\N', `'\\N`],
  [`'\\N`, `''\\N`],
  ['\\NA', '\\NA'],
  ['9', '9'],
  ['a=1', 'a=1'],
])(
  'GET /customers/export escapes %j for spreadsheets as %j, but not with raw=true',
  async (value, safe) => {
    await create({ external_id: value });
    const row = async (query: string) => withoutServerValues(await exported(query));
    expect(await row('')).toBe(`${HEADER}\nID,${safe},,,,,,,,TIME,TIME,1\n`);
    const quoted = value.includes('\r') ? `"${value}"` : value;
    expect(await row('raw=true')).toBe(`${HEADER}\nID,${quoted},,,,,,,,TIME,TIME,1\n`);
  },
);

test('GET /customers/export?bom&delimiter adds a byte order mark and changes the delimiter', async () => {
  await create({ external_id: 'a;b' });
  const path = `${app.url}/api/v1/customers/export?bom=true&delimiter=semicolon`;
  const answer = await fetch(path, { headers: { authorization: `Bearer ${viewer}` } });
  const semicolons = Buffer.from(await answer.arrayBuffer()).toString();
  expect(semicolons.startsWith('\uFEFFid;external_id;name;')).toBe(true);
  expect(semicolons).toContain(';"a;b";');
  expect(await exported('delimiter=tab')).toContain('\ta;b\t');
  expect((await app.get('customers/export?delimiter=pipe', { token: viewer })).status).toBe(400);
});

describe('GET /customers/export with filters', () => {
  beforeEach(() =>
    create(
      { external_id: '1', name: "O'Neill \\ 100%", country: 'GB', dob: '1990-04-30' },
      { external_id: '2', name: 'Grace', email: 'grace@example.com', country: 'US' },
      { external_id: '3', name: 'Alan', country: 'GB' },
    ),
  );

  test.each([
    ['country=gb', ['1', '3']],
    ['q=GRACE', ['2']],
    ['q=%27Neill', ['1']],
    ['q=%5C%20100%25', ['1']],
    [`name=${encodeURIComponent("o'neill \\ 100%")}`, ['1']],
    ['email=Grace@Example.com', ['2']],
    ['external_id=3', ['3']],
    ['dob_from=1990-01-01&dob_to=1990-12-31', ['1']],
    ['updated_since=2000-01-01T00:00:00Z', ['1', '2', '3']],
    [`name=${encodeURIComponent("'; DROP TABLE customers; --")}`, []],
  ])('%s returns the matching customers', async (query, expected) => {
    const rows: { external_id: string }[] = JSON.parse(await exported(`format=json&${query}`));
    expect(rows.map(({ external_id: id }) => id)).toEqual(expected);
  });

  test('deleted=only returns deleted customers to admins and answers 403 to others', async () => {
    const { body } = await app.get('customers?external_id=3', { token });
    await app.delete(`customers/${body.data[0].id}`, { token });
    const answer = await app.get('customers/export?deleted=only&format=ndjson', { token });
    expect(answer.text).toContain('Alan');
    const refused = await app.get('customers/export?deleted=only', { token: viewer });
    expect(refused.status).toBe(403);
    expect(await exported()).not.toContain('Alan');
  });

  test.each(['limit=5', 'sort=name', 'n=0', 'n=1001', 'cursor=x', 'format=xml', 'raw=yes', 'q=ab'])(
    'answers 400 for %s',
    async (query) => {
      expect((await app.get(`customers/export?${query}`, { token: viewer })).status).toBe(400);
    },
  );
});

test('GET /customers/export answers 403 to a guest and 401 without a token', async () => {
  const guest = await app.account('guest');
  expect((await app.get('customers/export', { token: guest.token })).status).toBe(403);
  expect((await app.get('customers/export')).status).toBe(401);
});

test.each(['csv', 'ndjson', 'json'])(
  'GET /customers/export?format=%s answers 503, not an incomplete file, if the first page fails',
  async (format) => {
    const connect = vi.spyOn(app.app.nest.get(BulkPool).exports, 'connect');
    connect.mockImplementation(() => {
      throw new Error('timeout exceeded when trying to connect');
    });
    try {
      const answer = await app.get(`customers/export?format=${format}`, { token: viewer });
      expectProblem(answer, 503, 'unavailable');
      expect(answer.headers.get('content-disposition')).toBeNull();
    } finally {
      connect.mockRestore();
    }
  },
);

test('GET /customers/export audits the actor, format and filters, but not their values', async () => {
  const exporter = await app.account('viewer');
  await app.get('customers/export?format=json&q=lovelace&country=GB', { token: exporter.token });
  const events = await app.query(
    `SELECT * FROM audit_events WHERE action = 'customers_exported' AND actor_id = $1`,
    [exporter.id],
  );
  expect(events).toHaveLength(1);
  const [event] = events;
  expect(event).toMatchObject({ details: { format: 'json', filters: ['q', 'country'] } });
  expect(JSON.stringify(event)).not.toContain('lovelace');
});

test('HEAD /customers/export answers with the headers and is not audited', async () => {
  const events = () => app.query(`SELECT FROM audit_events WHERE action = 'customers_exported'`);
  const before = await events();
  const { status, headers, text } = await app.send('HEAD', 'customers/export', { token: viewer });
  expect([status, text]).toEqual([200, '']);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(headers.get('content-disposition')).toContain('attachment');
  expect(await events()).toHaveLength(before.length);
  expect((await app.send('HEAD', 'customers/export')).status).toBe(401);
});
