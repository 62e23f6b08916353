import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { download } from '../../../src/common/http/download.js';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;
let viewer: string;

/** More rows than all buffers between table and client hold. Only the primary key is needed. */
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  viewer = (await app.account('viewer')).token;
  await app.query(`DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT indexname FROM pg_indexes WHERE indexname LIKE 'customers\\_%\\_idx' LOOP
      EXECUTE 'DROP INDEX ' || name;
    END LOOP; END $$`);
  await app.query(
    `INSERT INTO customers (external_id, name)
     SELECT i, repeat('x', 200) FROM generate_series(1, 100000) i`,
  );
});
afterAll(() => app.close());

/** Connections for exports that run a statement or hold a snapshot. */
const busy = () =>
  app.query(
    `SELECT FROM pg_stat_activity
     WHERE application_name = 'customer-api-exports' AND datname = current_database()
       AND (state <> 'idle' OR backend_xmin IS NOT NULL)`,
  );

/** Begins an export that is too large for any buffer, and stops reading. */
async function pausedExport(bearer = viewer): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${app.url}/api/v1/customers/export`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
  answer.pause();
  if (answer.statusCode === 200) return answer;
  expect(answer.statusCode).toBe(429); // an export of the previous test has not ended yet
  answer.destroy();
  return pausedExport(bearer);
}

/** Begins an export and discards its content. */
async function beginExport(bearer: string): Promise<Response> {
  const answer = await fetch(`${app.url}/api/v1/customers/export`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  await answer.body?.cancel();
  return answer;
}

describe('GET /customers/export with clients that stop reading', () => {
  let paused: IncomingMessage[];
  beforeEach(async () => {
    paused = [await pausedExport(), await pausedExport()];
  });
  afterEach(() => {
    for (const answer of paused) answer.destroy();
  });

  test('keeps neither a statement nor a snapshot open', async () => {
    await expect.poll(busy).toEqual([]);
  });

  test('answers 429 to another export of the account, and 200 to other accounts and requests', async () => {
    const refused = await beginExport(viewer);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await beginExport(token)).status).toBe(200);
    expect((await app.get('customers?limit=1', { token: viewer })).status).toBe(200);
  });

  test('closes the connection without the last chunk if a later page fails', async () => {
    const [answer] = paused as [IncomingMessage];
    await app.query('ALTER TABLE customers RENAME TO customers_gone');
    try {
      await expect(text(answer)).rejects.toThrow(/aborted/);
      expect(answer.complete).toBe(false);
    } finally {
      await app.query('ALTER TABLE customers_gone RENAME TO customers');
    }
  });
});

test('GET /customers/export closes the download of a client that stops reading for too long', async () => {
  const pages = Readable.from(Array.from({ length: 1_000 }, () => Buffer.alloc(64 * 1024)));
  let isClosed = false;
  const stream = download(pages, () => (isClosed = true), { stallLimit: 50 });
  await expect(once(stream, 'close')).rejects.toThrow(/stopped reading/);
  expect(isClosed).toBe(true);
});

test('GET /customers?count=exact answers 429 to too many concurrent searches of an account, and others succeed', async () => {
  const { body } = await app.get('customers?limit=1', { token });
  const { id } = (body as { data: { id: string }[] }).data[0] ?? { id: '' };
  const searches = Promise.all(
    Array.from({ length: 40 }, () => app.get('customers?count=exact&q=exampl', { token: viewer })),
  );
  const search = { isOver: false };
  void searches.then(() => (search.isOver = true));
  const reads: number[] = [];
  while (!search.isOver) {
    reads.push((await app.get(`customers/${id}`, { token })).status);
    reads.push((await app.get('/health/ready')).status);
  }
  const refused = (await searches).filter(({ status }) => status !== 200);
  expect(new Set(reads)).toEqual(new Set([200]));
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
});
