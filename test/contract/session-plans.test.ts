import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { plansOf } from '../support/plans.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await app.query(
    `INSERT INTO sessions (user_id, expires_at)
     SELECT gen_random_uuid(), now() + interval '1 day' FROM generate_series(1, 20000)`,
  );
  await app.query('ANALYZE sessions');
});
afterAll(() => app.close());

test.each([
  ['POST', 'auth/logout'],
  ['POST', 'auth/logout?scope=others'],
  ['POST', 'auth/logout?scope=all'],
  ['DELETE', `auth/sessions/${randomUUID()}`],
])('%s /%s finds the sessions to revoke by an index, prepared or not', async (method, path) => {
  const { token } = await app.account();
  const plans = await plansOf(app, 'UPDATE sessions', () => app.send(method, path, { token }));
  for (const plan of plans) expect(plan).not.toContain('Seq Scan');
});

test('the look-up of an API key uses its index, prepared or not', async () => {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  await app.get('auth/token', { token: (await app.apiKey()).token });
  const sent = query.mock.calls.map(([statement]) => statement as unknown as pg.QueryConfig);
  const { text = '', values = [] } = sent.find(({ name }) => name === 'sessions-of-keys') ?? {};
  query.mockRestore();
  for (const [explain, parameters] of [
    ['EXPLAIN', values],
    ['EXPLAIN (GENERIC_PLAN)', undefined],
  ] as const) {
    const plan = await app.query(`${explain} ${text}`, parameters as unknown[]);
    expect(JSON.stringify(plan)).toContain('sessions_key_hash_key');
  }
});
