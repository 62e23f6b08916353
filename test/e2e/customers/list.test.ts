import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;
let viewer: string;

const CUSTOMERS = [
  { external_id: 'A-1', name: 'Ada Lovelace', email: 'Ada@Example.com', dob: '1815-12-10' },
  { external_id: 'A-2', name: 'Grace Hopper', email: 'grace@navy.example', dob: '1906-12-09' },
  { external_id: 'A-3', name: 'ADA LOVELACE', email: 'other@example.com', dob: '1990-04-30' },
  { external_id: 'A-4', name: null, email: 'nobody@example.org', dob: null },
  { external_id: 'A-5', name: '100%_\\ Real', email: null, dob: '1990-05-01' },
].map((customer, index) => ({
  ...customer,
  // The API and the database refuse years before 1900.
  dob: customer.dob === '1815-12-10' ? '1915-12-10' : customer.dob,
  country: index % 2 === 0 ? 'GB' : 'US',
  language: index === 3 ? null : 'en',
}));

beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  viewer = (await app.account('viewer')).token;
  for (const customer of CUSTOMERS) {
    await app.post('customers', customer, { token });
  }
});
afterAll(() => app.close());

/** The external ids of the customers that the query returns, in that order. */
async function find(query: string): Promise<string[]> {
  const { status, body, text } = await app.get(`customers?${query}`, { token });
  expect(status, text).toBe(200);
  return body.data.map((customer: { external_id: string }) => customer.external_id);
}

describe('GET /customers with filters', () => {
  test.each([
    ['q=lovel', ['A-3', 'A-1']],
    ['q=EXAMPLE', ['A-4', 'A-3', 'A-2', 'A-1']],
    ['q=navy.', ['A-2']],
    ['q=%25_%5Cx', []],
    ['q=a_a', []],
    ['name=ada%20lovelace', ['A-3', 'A-1']],
    ['email=ADA@EXAMPLE.COM', ['A-1']],
    ['external_id=A-2', ['A-2']],
    ['external_id=a-2', []],
    ['country=us', ['A-4', 'A-2']],
    ['country=GB&language=EN', ['A-5', 'A-3', 'A-1']],
    ['dob_from=1990-04-30', ['A-5', 'A-3']],
    ['dob_to=1990-04-30', ['A-3', 'A-2', 'A-1']],
    ['dob_from=1990-04-30&dob_to=1990-04-30', ['A-3']],
    ['dob_from=0001-01-01', ['A-5', 'A-3', 'A-2', 'A-1']],
    ['dob_to=9999-12-31&q=ada', ['A-3', 'A-1']],
    ['updated_since=2000-01-01T00:00:00Z&country=US', ['A-4', 'A-2']],
    ['updated_since=9999-12-31T23:59:59.999Z', []],
    ['q=lovel&n=1', ['A-3']],
    ['country=GB&n=10', ['A-5', 'A-3', 'A-1']],
  ])('%s returns the matching customers', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  test('updated_since accepts an offset and includes customers of that time', async () => {
    const { body } = await app.get('customers?external_id=A-2', { token });
    const moment = new Date(body.data[0].updated_at).getTime();
    const inParis = new Date(moment + 7_200_000).toISOString().replace('Z', '+02:00');
    expect(await find(`external_id=A-2&updated_since=${encodeURIComponent(inParis)}`)).toEqual([
      'A-2',
    ]);
    const later = new Date(moment + 1).toISOString();
    expect(await find(`external_id=A-2&updated_since=${later}`)).toEqual([]);
  });

  test.each([
    ['q=ab', 'q'],
    ['q=', 'q'],
    ['dob_from=2021-02-29', 'dob_from'],
    ['dob_to=0000-01-01', 'dob_to'],
    ['updated_since=2026-11-20', 'updated_since'],
    ['updated_since=2026-02-30T00:00:00Z', 'updated_since'],
    ['updated_since=yesterday', 'updated_since'],
    ['deleted=yes', 'deleted'],
    ['country=XX', 'country'],
    ['sort=email', 'sort'],
    ['q=abc&q=abd', 'q'],
    ['limit=101', 'limit'],
    ['n=1001', 'n'],
  ])('answers 400 for %s', async (query, parameter) => {
    const { status, body } = await app.get(`customers?${query}`, { token });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ parameter }]);
  });

  test.each([
    ['customers?updated_since=2026-01-01T00:00:00+02:00', 'date'],
    ['audit-events?from=2026-01-01T00:00:00+02:00', 'date'],
    ['audit-events?to=2026-01-01T00:00:00+02:00', 'date'],
    ['customers?email=ada+test@example.com', 'format'],
    ['customers?phone=+49301234567', 'format'],
    ['customers/export?email=ada+test@example.com', 'format'],
  ])('GET /%s answers 400 and advises to percent-encode the plus', async (path, code) => {
    const admin = await app.account('admin');
    const { status, body } = await app.get(path, { token: admin.token });
    expect([status, body.errors[0].code]).toEqual([400, code]);
    expect(body.errors[0].detail).toContain('%2B');
    const { status: encoded } = await app.get(path.replace('+', '%2B'), { token: admin.token });
    expect(encoded).toBe(200);
  });

  test.each(['limit=5', 'sort=name', 'cursor=abc'])('answers 400 for n with %s', async (query) => {
    const { status, body } = await app.get(`customers?n=5&${query}`, { token });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ parameter: query.split('=')[0] }]);
  });

  test('deleted=only returns deleted customers to admins and answers 403 to others', async () => {
    const created = await app.post('customers', { external_id: 'gone', name: 'Gone' }, { token });
    await app.delete(`customers/${created.body.id}`, { token });
    expect(await find('deleted=only')).toEqual(['gone']);
    expect(await find('deleted=only&q=gon')).toEqual(['gone']);
    expect(await find('external_id=gone')).toEqual([]);
    const refused = await app.get('customers?deleted=only', { token: viewer });
    expect(refused.status).toBe(403);
    expect(refused.body.code).toBe('forbidden');
  });
});

describe('GET /customers?sort', () => {
  test.each([
    ['sort=dob', ['A-2', 'A-1', 'A-3', 'A-5', 'A-4']],
    ['sort=-dob', ['A-4', 'A-5', 'A-3', 'A-1', 'A-2']],
    ['sort=created_at', ['A-1', 'A-2', 'A-3', 'A-4', 'A-5']],
    ['sort=-created_at', ['A-5', 'A-4', 'A-3', 'A-2', 'A-1']],
    ['sort=updated_at', ['A-1', 'A-2', 'A-3', 'A-4', 'A-5']],
  ])('%s returns the customers in that order', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  test.each(['created_at', 'updated_at', 'name', 'dob'])(
    'pages by %s return each customer once, ascending and descending',
    async (sort) => {
      const ascending = await walk(`sort=${sort}&limit=2`);
      const descending = await walk(`sort=-${sort}&limit=1`);
      expect([...ascending].sort()).toEqual(['A-1', 'A-2', 'A-3', 'A-4', 'A-5']);
      expect(descending).toEqual(ascending.toReversed());
    },
  );
});

async function walk(query: string): Promise<string[]> {
  const found: string[] = [];
  let next: string | null = `/api/v1/customers?${query}`;
  while (next !== null) {
    const { body, headers } = await app.get(next, { token });
    found.push(...body.data.map((customer: { external_id: string }) => customer.external_id));
    next = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;
    expect(next !== null).toBe(body.page.has_more);
  }
  return found;
}

describe('GET /customers: pages', () => {
  test('return the number of matching customers only with count=exact', async () => {
    const all = await app.get('customers?limit=1&count=exact', { token });
    expect(all.body.page).toMatchObject({ limit: 1, has_more: true, total: 5 });
    const found = await app.get('customers?q=lovelace&limit=1&count=exact', { token });
    expect(found.body.page.total).toBe(2);
    const youngest = await app.get('customers?n=2&count=exact', { token });
    expect(youngest.body.page).toMatchObject({ has_more: false, next_cursor: null, total: 4 });
    expect((await app.get('customers', { token })).body.page).not.toHaveProperty('total');
  });

  test('answer 400 for a cursor with other filters or another sort', async () => {
    const { body } = await app.get('customers?country=GB&limit=1', { token });
    const cursor: string = body.page.next_cursor;
    expect((await app.get(`customers?country=GB&cursor=${cursor}`, { token })).status).toBe(200);
    const others = ['', 'country=US', 'country=GB&sort=name', 'country=GB&q=ada', 'name=GB'];
    for (const query of others) {
      const { status, body } = await app.get(`customers?${query}&cursor=${cursor}`, { token });
      expect(status, query).toBe(400);
      expect(body.errors).toMatchObject([{ parameter: 'cursor' }]);
    }
  });

  test('answer 400 for a forged cursor', async () => {
    const { body } = await app.get('customers?limit=1', { token });
    const cursor: string = body.page.next_cursor;
    const flipped = cursor.slice(0, -2) + (cursor.at(-2) === 'A' ? 'B' : 'A') + cursor.slice(-1);
    for (const forged of [
      flipped,
      `${cursor}A`,
      cursor.slice(4),
      'e30',
      '%00',
      'a'.repeat(2_001),
    ]) {
      const { status } = await app.get(`customers?cursor=${forged}`, { token });
      expect(status, forged).toBe(400);
    }
  });
});
