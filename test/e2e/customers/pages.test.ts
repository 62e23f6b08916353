import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('viewer'));
  await app.query(INSERT);
});
afterAll(() => app.close());

/** 60 rows with ties in every column, and nulls; every seventh is deleted. */
const INSERT = `
  INSERT INTO customers (name, email, dob, country, language, external_id, created_at, updated_at, deleted_at)
  SELECT CASE WHEN n % 5 > 0 THEN 'Name ' || n % 9 END, 'c' || n || '@example.com',
    CASE WHEN n % 4 > 0 THEN DATE '1990-01-01' + n % 11 END, CASE WHEN n % 2 = 0 THEN 'GB' END,
    CASE WHEN n % 3 = 0 THEN 'en' END, 'E-' || n,
    TIMESTAMPTZ '2026-01-01Z' + (n % 13) * interval '1 ms',
    TIMESTAMPTZ '2026-02-01Z' + (n % 17) * interval '1 ms',
    CASE WHEN n % 7 = 0 THEN now() END
  FROM generate_series(1, 60) n`;

const SORTS = ['created_at', 'updated_at', 'name', 'dob'].flatMap((sort) => [sort, `-${sort}`]);

interface Customer {
  id: string;
  name: string | null;
  email: string;
}

const list = (query: string) => app.get(`customers?${query}`, { token });

/** The rows of all pages. */
async function walk(query: string, onPage?: () => Promise<unknown>): Promise<Customer[]> {
  const rows: Customer[] = [];
  let cursor = '';
  do {
    const { status, body, headers, text } = await list(query + cursor);
    expect(status, text).toBe(200);
    const { has_more: hasMore, next_cursor: next } = body.page;
    expect(next === null).toBe(!hasMore);
    expect(headers.has('link')).toBe(hasMore);
    rows.push(...body.data);
    cursor = next === null ? '' : `&cursor=${next}`;
    await onPage?.();
  } while (cursor !== '');
  return rows;
}

/** The ids of all rows in the order of one SQL statement. */
async function expectedIds(sort: string): Promise<string[]> {
  const column = sort.replace('-', '');
  const direction = sort.startsWith('-') ? 'DESC NULLS FIRST' : 'ASC NULLS LAST';
  const rows = await app.query<{ id: string }>(
    `SELECT id FROM customers WHERE deleted_at IS NULL
     ORDER BY ${column} ${direction}, id ${sort.startsWith('-') ? 'DESC' : 'ASC'}`,
  );
  return rows.map(({ id }) => id);
}

const ids = (rows: readonly Customer[]) => rows.map(({ id }) => id);

test('GET /customers returns a Link that works with a question mark in a value', async () => {
  await app.query(`INSERT INTO customers (name) VALUES ('Why? How?'), ('Why? How?')`);
  const { headers, body } = await list('limit=1&name=Why?%20How?&sort=created_at');
  const path = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
  const next = await app.get(path, { token });
  expect([next.status, next.body.data[0]?.name], next.text).toEqual([200, 'Why? How?']);
  expect(next.body.data[0].id).not.toBe(body.data[0].id);
  await app.query(`DELETE FROM customers WHERE name = 'Why? How?'`);
});

describe.each(SORTS)('GET /customers?sort=%s', (sort) => {
  test.each([1, 7, 20, 100])('returns every row once, in order, in pages of %i', async (limit) => {
    expect(ids(await walk(`sort=${sort}&limit=${limit}`))).toEqual(await expectedIds(sort));
  });

  test('returns 20 rows by default', async () => {
    const { body } = await list(`sort=${sort}`);
    expect(body.page).toMatchObject({ limit: 20, has_more: true });
    expect(ids(body.data)).toEqual((await expectedIds(sort)).slice(0, 20));
  });
});

test('GET /customers returns the newest first by default', async () => {
  expect(ids(await walk('limit=100'))).toEqual(await expectedIds('-created_at'));
});

test('GET /customers returns a Link with the same parameters', async () => {
  const first = await list('limit=5&sort=-name&country=gb');
  const target = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const next = await app.get(target, { token });
  expect(next.body.page.limit).toBe(5);
  expect(ids([...first.body.data, ...next.body.data])).toEqual(
    ids((await list('limit=10&sort=-name&country=gb')).body.data),
  );
});

test('GET /customers returns the number of matching customers only with count=exact', async () => {
  expect((await list('count=exact&limit=1')).body.page.total).toBe(
    (await expectedIds('name')).length,
  );
  expect((await list('count=exact&country=GB&limit=1')).body.page.total).toBe(26);
  expect((await list('limit=1')).body.page).not.toHaveProperty('total');
});

test('GET /customers neither repeats nor omits rows while others are inserted between pages', async () => {
  for (const sort of SORTS) {
    const before = await expectedIds(sort);
    let inserted = 0;
    const rows = await walk(`sort=${sort}&limit=7`, () =>
      app.query(
        `INSERT INTO customers (name, dob, external_id) VALUES ($1, DATE '1990-01-05', $2)`,
        [`Name ${inserted % 9}`, `${sort}-${(inserted += 1)}`],
      ),
    );
    expect(new Set(ids(rows)).size).toBe(rows.length);
    expect(ids(rows).filter((id) => before.includes(id))).toEqual(before);
    await app.query(`DELETE FROM customers WHERE external_id LIKE $1`, [`${sort}-%`]);
  }
});

describe('GET /customers?cursor', () => {
  const next = async (query: string): Promise<string> => (await list(query)).body.page.next_cursor;

  test('answers 400 with another sort or filter, but accepts another limit', async () => {
    const cursor = await next('limit=5&sort=name');
    for (const query of ['sort=-name', 'sort=dob', '', 'sort=name&country=GB']) {
      expectInvalid(await list(`${query}&limit=5&cursor=${cursor}`), { cursor: 'format' }, query);
    }
    expect((await list(`sort=name&limit=9&cursor=${cursor}`)).status).toBe(200);
  });

  test('answers 400 in another list', async () => {
    const cursor = await next('limit=5');
    expectInvalid(await app.get(`users?cursor=${cursor}`, { token }), { cursor: 'format' });
  });

  test('answers 400 if it is forged', async () => {
    const cursor = await next('limit=5');
    const middle = Math.floor(cursor.length / 2);
    const changed =
      cursor.slice(0, middle) + (cursor[middle] === 'A' ? 'B' : 'A') + cursor.slice(middle + 1);
    const forged = Buffer.from(JSON.stringify(['2026-01-01', "' OR 1=1 --"])).toString('base64url');
    for (const bad of [
      changed,
      cursor.slice(1),
      `${cursor}A`,
      `${cursor}=`,
      forged,
      'x',
      '!',
      '%20',
    ]) {
      expectInvalid(await list(`limit=5&cursor=${bad}`), { cursor: 'format' }, bad);
    }
  });
});

describe('GET /customers with filters', () => {
  test.each([
    ['name=name%201', ({ name }: Customer) => name === 'Name 1'],
    ['email=C1@EXAMPLE.com', ({ email }: Customer) => email === 'c1@example.com'],
    ['external_id=E-2', ({ email }: Customer) => email === 'c2@example.com'],
  ])('%s returns the matching customers', async (query, matches) => {
    const all = await walk('limit=100');
    expect(ids(await walk(query)).sort()).toEqual(ids(all.filter(matches)).sort());
  });

  test.each([
    ['country=gb', `country = 'GB'`],
    ['language=EN', `language = 'en'`],
    ['country=GB&language=en', `country = 'GB' AND language = 'en'`],
    ['country=GB&name=Name%204', `country = 'GB' AND name = 'Name 4'`],
  ])('%s returns the matching customers on all pages', async (query, condition) => {
    const rows = await app.query<{ id: string }>(
      `SELECT id FROM customers WHERE deleted_at IS NULL AND ${condition}`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(ids(await walk(`${query}&limit=3`)).sort()).toEqual(rows.map(({ id }) => id).sort());
  });

  test.each([
    'name=Name',
    'name=%25',
    'name=Name%20_',
    'email=c1',
    'external_id=e-2',
    'language=de',
  ])('%s returns no customers', async (query) => {
    const { body } = await list(query);
    expect(body).toEqual({ data: [], page: { limit: 20, has_more: false, next_cursor: null } });
  });

  test('answers 400 for values that are not allowed', async () => {
    expectInvalid(await list('country=XX&language=english'), { country: 'enum', language: 'enum' });
    expectInvalid(await list('sort=email'), { sort: 'enum' });
    expectInvalid(await list('sort=created_at,name'), { sort: 'enum' });
    expectInvalid(await list('sort=Name'), { sort: 'enum' });
    expectInvalid(await list('limit=101'), { limit: 'range' });
    expectInvalid(await list('count=yes'), { count: 'enum' });
  });
});
