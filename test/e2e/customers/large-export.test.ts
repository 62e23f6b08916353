import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let token: string;
let viewer: string;

/** More than all buffers between table and client hold. Only the primary key is needed here. */
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

const running = () =>
  app.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE application_name = 'customer-api-bulk' AND query LIKE 'COPY (%' AND state = 'active'
       AND datname = current_database()`,
  );

/** Begins an export that is too large for any buffer, and stops reading. */
async function pausedExport() {
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(`${app.url}/api/v1/customers/export`, {
      headers: { authorization: `Bearer ${viewer}` },
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
  answer.pause();
  await expect.poll(running).toHaveLength(1);
  return answer;
}

describe('GET /customers/export of many rows', () => {
  test('ends when its client goes away', async () => {
    const answer = await pausedExport();
    answer.destroy();
    await expect.poll(running).toEqual([]);
    expect((await app.get('customers?limit=1', { token })).status).toBe(200);
  });

  test('that fails closes the connection without the last chunk', async () => {
    const answer = await pausedExport();
    const [{ pid } = { pid: 0 }] = await running();
    await app.query('SELECT pg_terminate_backend($1)', [pid]);
    await expect(text(answer)).rejects.toThrow(/aborted/);
    expect(answer.complete).toBe(false);
  });

  test('holds no connection of the pool for requests', async () => {
    const exports = await Promise.all(
      Array.from({ length: 3 }, () =>
        fetch(`${app.url}/api/v1/customers/export`, {
          headers: { authorization: `Bearer ${viewer}` },
        }),
      ),
    );
    const reads = await Promise.all(
      Array.from({ length: 20 }, () => app.get('customers?limit=1', { token })),
    );
    expect(reads.every(({ status }) => status === 200)).toBe(true);
    for (const answer of exports) await answer.body?.cancel();
  });
});
