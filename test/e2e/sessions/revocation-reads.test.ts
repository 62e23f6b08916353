import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SCOPES } from '../../../src/common/security/permissions.js';
import { hashOf } from '../../../src/sessions/api-keys/api-key.js';
import { PostgresRevocations } from '../../../src/sessions/revocation/postgres-revocations.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { sessionOf } from '../../support/tokens.ts';

const REVOKED = 100_000;

let first: TestApp;
let app: TestApp;
let account: Account;
beforeAll(async () => {
  first = await startApp();
  account = await first.account();
  await first.query(
    `INSERT INTO sessions (user_id, expires_at, revoked_at, revoked_reason)
     SELECT $1, now() + interval '1 day', now() - interval '4 s' - n * interval '0.25 ms', 'logout'
     FROM generate_series(1, $2::integer) AS n`,
    [account.id, REVOKED],
  );
  await first.query('ANALYZE sessions');
  app = await startSecondInstance(first);
});
afterAll(async () => {
  await app?.close();
  await first?.close();
});

async function metric(name: string): Promise<number> {
  const { text } = await app.get('/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('each read of revoked sessions returns only new ones, however many there are', async () => {
  // The first read can time out on a busy machine and is repeated then.
  await eventually(async () => {
    return (await metric('session_revocations_known')) === REVOKED;
  }, 'a first read');
  const reads = vi.spyOn(app.app.nest.get(PostgresRevocations), 'revokedSince');
  const before = await metric('session_revocations_read_total');
  expect((await first.post('auth/logout', undefined, account)).status).toBe(204);
  await eventually(async () => {
    return (await metric('session_revocations_known')) === REVOKED + 1;
  }, 'a read that finds the new one');
  await eventually(() => reads.mock.calls.length >= 3, 'three reads');
  const rows = (await metric('session_revocations_read_total')) - before;
  expect(rows).toBeLessThanOrEqual(reads.mock.calls.length);
});

test('each read of revoked sessions uses an index on the times', async () => {
  const statements = vi.spyOn(app.app.nest.get(PostgresRevocations)['readPool'], 'query');
  const sent = await eventually(
    () =>
      statements.mock.calls
        .map(([config]) => config as unknown as { text: string; values?: unknown[] })
        .find(({ text }) => text.includes('revoked_at >')),
    'a read',
  );
  const [plan] = await first.query<{ 'QUERY PLAN': unknown }>(
    `EXPLAIN (FORMAT JSON) ${sent.text}`,
    sent.values,
  );
  expect(JSON.stringify(plan)).toMatch(/"Index Cond":"\(revoked_at >/);
});

test('a read of revoked sessions includes transactions that were open at the previous read', async () => {
  const late = await first.account();
  const reads = vi.spyOn(app.app.nest.get(PostgresRevocations), 'revokedSince');
  const client = await first.database.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout'
       WHERE user_id = $1`,
      [late.id],
    );
    await sleep(3_000); // longer than reads look back without open transactions
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  const count = reads.mock.settledResults.length;
  await eventually(() => reads.mock.settledResults.length >= count + 2, 'two reads');
  expect(await app.isActive(late.token)).toBe(false);
});

test('a read of one session finds it only while it is active', async () => {
  const revocations = app.app.nest.get(PostgresRevocations);
  const [active, revoked, expired] = await first.query<{ id: string }>(
    `INSERT INTO sessions (user_id, expires_at, revoked_at, revoked_reason)
     VALUES ($1, now() + interval '1 day', NULL, NULL),
       ($1, now() + interval '1 day', now(), 'logout'),
       ($1, now() - interval '1 s', NULL, NULL)
     RETURNING id`,
    [account.id],
  );
  const ids = [active, revoked, expired].map((row) => row?.id ?? '');
  const found = await Promise.all(ids.map((id) => revocations.isActive(id)));
  expect(found).toEqual([true, false, false]);
});

test('a read of an API key returns that key with its account, and no other', async () => {
  const key = await first.apiKey(SCOPES, { role: 'viewer' });
  await first.apiKey(SCOPES, { role: 'user' });
  const found = await app.app.nest.get(PostgresRevocations).findKeys([hashOf(key.token)]);
  expect(found).toMatchObject([{ keyId: key.id, userId: key.userId, role: 'viewer' }]);
});

test('revokeAgain revokes active sessions only, and keeps the time of earlier revocations', async () => {
  const [revoked, active] = [await first.account(), await first.account()];
  await first.post('auth/logout', undefined, revoked);
  const ids = [revoked, active].map(({ token }) => sessionOf(token));
  const time = () => first.query('SELECT revoked_at FROM sessions WHERE id = $1', [ids[0]]);
  const before = await time();
  expect(await app.app.nest.get(PostgresRevocations).revokeAgain(ids)).toBe(1);
  expect(await time()).toEqual(before);
});

test('readActivity reports that the role of PostgreSQL cannot see the transactions of other roles', async () => {
  const role = `reader_${process.pid}`;
  await first.query(`CREATE ROLE ${role} LOGIN PASSWORD 'Vn4kW8xQ2rT7'`);
  await first.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
  );
  try {
    const url = new URL(first.directUrl);
    [url.username, url.password] = [role, 'Vn4kW8xQ2rT7'];
    const instance = await startSecondInstance(first, { DATABASE_URL: url.href });
    const postgres = instance.app.nest.get(PostgresRevocations);
    try {
      expect((await postgres.readActivity()).isPartlyHidden).toBe(true);
      await first.query(`GRANT pg_read_all_stats TO ${role}`);
      expect((await postgres.readActivity()).isPartlyHidden).toBe(false);
    } finally {
      await instance.close();
    }
  } finally {
    await first.query(`DROP OWNED BY ${role}`);
    await first.query(`DROP ROLE ${role}`);
  }
});
