import { afterAll, beforeAll, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
let app: TestApp;
beforeAll(async () => { app = await startApp(); });
afterAll(async () => { await app.close(); });
const SQL = (n: number) => `UPDATE outbox SET due_at = now() + 120 * interval '1 s', attempts = attempts + 1
 WHERE id IN (SELECT id FROM outbox WHERE true AND due_at <= now() ORDER BY due_at LIMIT ${n} FOR UPDATE SKIP LOCKED) RETURNING id`;
test('claims', async () => {
  for (const before of [0, 1, 2, 10, 1000]) {
    const c = await app.database.connect();
    await c.query('BEGIN');
    await c.query('DELETE FROM outbox');
    await c.query(`INSERT INTO outbox (kind, identifier, due_at) SELECT 'x', 'y', now() + interval '1 day' FROM generate_series(1, ${before})`);
    await c.query('ANALYZE outbox');
    await c.query(`INSERT INTO outbox (kind, identifier, due_at) SELECT 'x', 'y', now() - interval '1 s' FROM generate_series(1, 200)`);
    const plan = await c.query(`EXPLAIN ${SQL(5)}`);
    const r = await c.query(SQL(5));
    console.log(before, r.rowCount, '\n' + plan.rows.map((x) => x['QUERY PLAN']).join('\n'));
    for (const s of ['enable_hashagg', 'enable_hashjoin', 'enable_mergejoin', 'enable_sort', 'enable_material']) await c.query(`SET LOCAL ${s} = off`);
    const plan2 = await c.query(`EXPLAIN ${SQL(5)}`);
    const r2 = await c.query(SQL(5));
    console.log('forced', r2.rowCount, '\n' + plan2.rows.map((x) => x['QUERY PLAN']).join('\n'));
    await c.query('ROLLBACK');
    c.release();
  }
});
