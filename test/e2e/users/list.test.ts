import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { expectInvalid } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('viewer', 'the-viewer')).token;
  await app.query(
    `INSERT INTO users (username, email, name, role, status, created_at)
     SELECT CASE WHEN n % 4 > 0 THEN 'User-' || n END, 'Mail' || n || '@Example.com',
       CASE n % 3 WHEN 0 THEN 'Same Name' WHEN 1 THEN 'Name ' || n END,
       CASE WHEN n % 5 = 0 THEN 'guest' ELSE 'user' END,
       CASE WHEN n % 7 = 0 THEN 'disabled' ELSE 'active' END,
       TIMESTAMPTZ '2020-01-01' + (n / 2) * interval '1 s'
     FROM generate_series(1, 40) n`,
  );
});
afterAll(() => app.close());

interface Row {
  id: string;
  username: string | null;
  name: string | null;
  created_at: string;
}

const list = (query = ''): Promise<Answer> => app.get(`users${query}`, { token });

/** All rows of a list, read page by page through `Link`. */
async function walk(query: string, onPage?: () => Promise<void>): Promise<Row[]> {
  const rows: Row[] = [];
  let path: string | undefined = `users?${query}`;
  while (path !== undefined) {
    const { status, headers, body, text } = await app.get(path, { token });
    expect(status, text).toBe(200);
    rows.push(...body.data);
    path = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    expect(path !== undefined).toBe(body.page.has_more);
    await onPage?.();
  }
  return rows;
}

describe('GET /users', () => {
  test('returns 20 users, newest first, with the next page in page.next_cursor and Link', async () => {
    const { status, headers, body, text } = await list();
    expect(status).toBe(200);
    expect(headers.get('etag')).toBeNull();
    expect(body.data).toHaveLength(20);
    expect(body.data[0].username).toBe('the-viewer');
    expect(body.page).toEqual({ limit: 20, has_more: true, next_cursor: expect.any(String) });
    expect(headers.get('link')).toBe(`</api/v1/users?cursor=${body.page.next_cursor}>; rel="next"`);
    expect(text).not.toMatch(/hash|argon2/);
    const last = await list('?limit=100');
    expect(last.body.page).toEqual({ limit: 100, has_more: false, next_cursor: null });
    expect(last.headers.get('link')).toBeNull();
  });

  test('returns page.total with count=exact', async () => {
    const { body } = await list('?limit=1&count=exact&role=guest');
    expect(body.page).toMatchObject({ limit: 1, has_more: true, total: 8 });
  });
});

describe('GET /users?limit', () => {
  test.each(['1', '41', '100'])('returns up to %s users', async (limit) => {
    const { body } = await list(`?limit=${limit}`);
    expect(body.data).toHaveLength(Math.min(Number(limit), 41));
    expect(body.page.has_more).toBe(Number(limit) < 41);
  });
  test.each(['0', '-1', '1e1', '0x10', '+5', '5.0', '%205', '05', '', 'abc', '99999', '٣'])(
    'answers 400 for %j',
    async (limit) => {
      expectInvalid(await list(`?limit=${limit}`), { limit: 'format' });
    },
  );
  test('answers 400 for 101, for a repeated limit and for an object', async () => {
    expectInvalid(await list('?limit=101'), { limit: 'range' });
    expectInvalid(await list('?limit=5&limit=5'), { limit: 'type' });
    expectInvalid(await list('?limit[]=5'), { 'limit[]': 'unknown_field' });
  });
});

describe('GET /users?sort', () => {
  const text = (value: string | null) => (value === null ? null : value.toLowerCase());
  const keys: [string, (row: Row) => string | null][] = [
    ['created_at', ({ created_at: at }) => at],
    ['username', ({ username }) => text(username)],
    ['name', ({ name }) => name],
  ];

  test.each(keys.flatMap(([name, key]) => [[name, key] as const, [`-${name}`, key] as const]))(
    '%s returns every row once, in order, with nulls last ascending and first descending',
    async (sort, key) => {
      const rows = await walk(`sort=${sort}&limit=3`);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(41);
      expect(rows).toHaveLength(41);
      const ascending = sort.startsWith('-') ? rows.toReversed() : rows;
      const values = ascending.map(key);
      const present = values.filter((value) => value !== null);
      expect(values.slice(present.length).every((value) => value === null)).toBe(true);
      const all = await app.query<{ id: string }>(
        `SELECT id FROM users ORDER BY ${sort.replace('-', '').replace('username', 'lower(username)')}, id`,
      );
      expect(ascending.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    },
  );

  test.each(['email', 'password_hash', 'id', 'created_at;', '--created_at', '', 'created_at,name'])(
    'answers 400 for %j',
    async (sort) => {
      expectInvalid(await list(`?sort=${sort}`), { sort: 'enum' });
    },
  );
});

test.each(['created_at', '-created_at', 'name', '-username'])(
  'GET /users?sort=%s returns every row once while rows are inserted between the pages',
  async (sort) => {
    const before = await walk(`sort=${sort}&limit=100`);
    let count = 0;
    const rows = await walk(`sort=${sort}&limit=4`, async () => {
      count += 1;
      await app.query(
        `INSERT INTO users (username, name, role) VALUES ($1, $2, 'admin'), (NULL, NULL, 'admin')`,
        [`walk-${count}`, `Name ${count}`],
      );
    });
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(before.filter(({ id }) => !ids.includes(id))).toEqual([]);
    await app.query(`DELETE FROM users WHERE role = 'admin'`);
  },
);

describe('GET /users?cursor', () => {
  const cursorOf = async (query: string) => String((await list(query)).body.page.next_cursor);

  test('accepts another limit and count, and answers 400 with another sort or filter', async () => {
    const cursor = await cursorOf('?limit=2&role=user');
    expect((await list(`?limit=9&role=user&cursor=${cursor}`)).status).toBe(200);
    expect((await list(`?role=user&count=exact&cursor=${cursor}`)).status).toBe(200);
    for (const other of [
      '',
      'role=guest&',
      'role=user&sort=name&',
      'role=user&q=user&',
      'status=active&',
    ]) {
      expectInvalid(await list(`?${other}cursor=${cursor}`), { cursor: 'format' });
    }
  });

  test('answers 400 if the same value moves to another filter', async () => {
    const cursor = await cursorOf('?limit=1&q=user');
    expectInvalid(await list(`?role=user&cursor=${cursor}`), { cursor: 'format' });
  });

  test('answers 400 for a forged, cut or re-encoded cursor', async () => {
    const cursor = await cursorOf('?limit=2');
    const bytes = Buffer.from(cursor, 'base64url');
    const flipped = Buffer.from(
      bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    const forged = [
      flipped.toString('base64url'),
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}A`,
      `${cursor}=`,
      bytes.toString('hex'),
      'AAAA',
      Buffer.from('["2020-01-01T00:00:00.000Z","01890a5d-ac96-774b-bcce-b302099a8057"]').toString(
        'base64url',
      ),
      "' OR 1=1 --",
    ];
    for (const text of forged) {
      expectInvalid(await list(`?cursor=${encodeURIComponent(text)}`), { cursor: 'format' });
    }
    expectInvalid(await list('?cursor='), { cursor: 'length' });
  });

  test('answers 400 for the cursor of another list', async () => {
    await app.query(`INSERT INTO customers (name) VALUES ('A'), ('B')`);
    const page = await app.get('customers?limit=1', { token });
    const answer = await list(`?cursor=${page.body.page.next_cursor}`);
    expectInvalid(answer, { cursor: 'format' });
  });
});

describe('GET /users with filters', () => {
  const usernames = async (query: string) =>
    ((await list(`?limit=100&${query}`)).body.data as Row[]).map(({ username }) => username);

  test('q finds a part of username, name or e-mail in any case', async () => {
    expect(await usernames('q=uSER-17')).toEqual(['User-17']);
    expect(await usernames('q=name%2022')).toEqual(['User-22']);
    expect(await usernames('q=mAIL33@')).toEqual(['User-33']);
    expect(await usernames('q=%20User-17%20')).toEqual(['User-17']);
    expect(await usernames('q=nothing-like-it')).toEqual([]);
  });

  test('q takes wildcards, quotes and backslashes literally', async () => {
    for (const text of ['%%%', '___', "'; DROP TABLE users; --", '\\\\\\', 'User_17']) {
      expect(await usernames(`q=${encodeURIComponent(text)}`)).toEqual([]);
    }
  });

  test('combines role, status and q', async () => {
    const { body } = await list('?limit=100&role=user&status=disabled&q=user-');
    expect(body.data.map(({ username }: Row) => username).sort()).toEqual([
      'User-14',
      'User-21',
      'User-7',
    ]);
  });

  test.each([
    ['q=ab', { q: 'length' }],
    [`q=${'a'.repeat(101)}`, { q: 'length' }],
    ['q=', { q: 'length' }],
    ['q=%20%20%20', { q: 'length' }],
    ['q=abc&q=def', { q: 'type' }],
    ['q=a%00b', { q: 'characters' }],
    ['role=root', { role: 'enum' }],
    ['status=gone', { status: 'enum' }],
    ['count=yes', { count: 'enum' }],
    ['username=user-1', { username: 'unknown_field' }],
    ['offset=3', { offset: 'unknown_field' }],
    ['limit=0&role=root&x=1', { limit: 'format', role: 'enum', x: 'unknown_field' }],
  ] as const)('answers 400 for %s', async (query, fields) => {
    expectInvalid(await list(`?${query}`), fields);
  });
});
