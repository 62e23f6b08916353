import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabaseClock } from '../../../src/common/database/database-clock.js';
import { Housekeeping } from '../../../src/common/database/housekeeping.js';
import { KnownKeys } from '../../../src/sessions/api-keys/known-keys.js';
import { newApiKey } from '../../../src/sessions/api-keys/api-key.js';
import { RedisRevocations } from '../../../src/sessions/revocation/redis-revocations.js';
import {
  type Account,
  startApp,
  startSecondInstance,
  type TestApp,
  type TestKey,
} from '../../support/app.ts';
import { testConfig } from '../../support/config.ts';
import { expectProblem } from '../../support/problem.ts';
import { SessionMaker } from '../../support/sessions.ts';
import { untilRedisIsTrusted } from '../../support/trusted-redis.ts';

let app: TestApp;
let second: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  second = await startSecondInstance(app);
  await untilRedisIsTrusted(app, second);
  admin = await app.account('admin');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  await second.close();
  await app.close();
});

const asAdmin = () => ({ token: admin.token });
const isAccepted = async (instance: TestApp, { token }: TestKey): Promise<boolean> => {
  const answer = await instance.get('customers?limit=1', { token });
  if (answer.status !== 200) expectProblem(answer, 401, 'invalid_token');
  return answer.status === 200;
};

describe('an API key is refused by every instance from the next request', () => {
  it.each<[string, (key: TestKey) => Promise<unknown>]>([
    ['it was revoked', ({ id, userId }) => app.delete(`users/${userId}/keys/${id}`, asAdmin())],
    [
      'the sessions of its account were revoked',
      ({ userId }) => app.delete(`users/${userId}/sessions`, asAdmin()),
    ],
    [
      'its account was disabled',
      ({ userId }) => app.patch(`users/${userId}`, { status: 'disabled' }, asAdmin()),
    ],
    [
      'its account got another role',
      ({ userId }) => app.patch(`users/${userId}`, { role: 'viewer' }, asAdmin()),
    ],
    ['its account was deleted', ({ userId }) => app.delete(`users/${userId}`, asAdmin())],
  ])('after %s', async (_, revoke) => {
    const key = await app.apiKey();
    expect(await isAccepted(app, key)).toBe(true);
    expect(await isAccepted(second, key)).toBe(true);
    await revoke(key);
    expect(await isAccepted(second, key)).toBe(false);
    expect(await isAccepted(app, key)).toBe(false);
  });

  it('after its account was disabled and is active again', async () => {
    const key = await app.apiKey();
    for (const status of ['disabled', 'active']) {
      await app.patch(`users/${key.userId}`, { status }, asAdmin());
    }
    expect([await isAccepted(app, key), await isAccepted(second, key)]).toEqual([false, false]);
  });

  it('after its account was deleted during 50 requests', async () => {
    const key = await app.apiKey();
    const send = async (at: number) => {
      const instance = at % 2 === 0 ? app : second;
      return (await instance.get('customers?limit=1', { token: key.token })).status;
    };
    const before = Array.from({ length: 50 }, (_, at) => send(at));
    await app.delete(`users/${key.userId}`, asAdmin());
    const after = await Promise.all(Array.from({ length: 50 }, (_, at) => send(at)));
    // A busy machine may answer 503, but never 200.
    expect(after.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect(after).toContain(401);
    await Promise.all(before);
  });

  it('after one instance has found it revoked in PostgreSQL, even without the write to Redis', async () => {
    const key = await app.apiKey();
    expect(await isAccepted(second, key)).toBe(true);
    await app.query(
      `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'key_revoked'
       WHERE id = $1`,
      [key.id],
    );
    expect(await isAccepted(app, key)).toBe(false); // reads it for the first time
    expect(await isAccepted(second, key)).toBe(false);
  });
});

describe('an expired API key', () => {
  it("is refused by PostgreSQL's clock, also by an instance that has cached it", async () => {
    const key = await app.apiKey();
    const expire = (span: string) =>
      app.query('UPDATE sessions SET expires_at = now() + $2::interval WHERE id = $1', [
        key.id,
        span,
      ]);
    await expire('5 minutes');
    expect(await isAccepted(app, key)).toBe(true);
    // Six minutes pass, which is less than a key is cached.
    await expire('-1 minute');
    const clock = app.app.nest.get(DatabaseClock);
    const now = clock.now.bind(clock);
    vi.spyOn(clock, 'now').mockImplementation(() => now() + 6 * 60_000);
    expect(await isAccepted(app, key)).toBe(false);
    expect(await isAccepted(second, key)).toBe(false);
  });

  it('is deleted by housekeeping', async () => {
    const [old, active] = [await app.apiKey(), await app.apiKey()];
    await app.query(`UPDATE sessions SET expires_at = now() - interval '2 h' WHERE id = $1`, [
      old.id,
    ]);
    await app.app.nest.get(Housekeeping).run();
    const left = await app.query<{ id: string }>('SELECT id FROM sessions WHERE id = ANY ($1)', [
      [old.id, active.id],
    ]);
    expect(left).toEqual([{ id: active.id }]);
    expect(await isAccepted(app, old)).toBe(false);
  });
});

describe('the cost of an API key', () => {
  /** Counts look-ups of keys in PostgreSQL, and session checks, which ask Redis. */
  function countCosts(): () => { lookUps: number; redis: number } {
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const asked = vi.spyOn(app.app.nest.get(RedisRevocations), 'ask');
    // By their text, because statements have no names with DATABASE_PREPARED=off. The check of the session
    // does not count: PostgreSQL answers it when Redis needs more than 50 ms, as on a busy machine.
    const isCounted = (query: unknown) =>
      ((query as { text?: string } | undefined)?.text ?? '').includes('s.key_hash = ANY');
    return () => ({
      lookUps: queries.mock.calls.filter(([query]) => isCounted(query)).length,
      redis: asked.mock.calls.length,
    });
  }

  it('with a wrong checksum is no request to PostgreSQL or Redis', async () => {
    const key = newApiKey();
    const count = countCosts();
    for (let at = 4; at < key.length; at += 1) {
      const other = key[at] === 'a' ? 'b' : 'a';
      const token = key.slice(0, at) + other + key.slice(at + 1);
      expectProblem(await app.get('customers', { token }), 401, 'invalid_token');
    }
    expect(count()).toEqual({ lookUps: 0, redis: 0 });
    await app.get('customers', { token: key });
    expect(count()).toEqual({ lookUps: 1, redis: 0 });
  });

  it('after the first request is one round trip to Redis, as for a token', async () => {
    const key = await app.apiKey();
    const count = countCosts();
    await Promise.all(Array.from({ length: 20 }, () => isAccepted(app, key)));
    expect(count()).toEqual({ lookUps: 1, redis: 20 });
    for (let times = 0; times < 5; times += 1) expect(await isAccepted(app, key)).toBe(true);
    expect(count()).toEqual({ lookUps: 1, redis: 25 });
  });

  it('of 1,000 concurrent new keys is two statements, and none when they are repeated', async () => {
    const maker = new SessionMaker(app.database, testConfig(app.environment));
    const keys = await maker.keys(1_000);
    const known = app.app.nest.get(KnownKeys);
    const count = countCosts();
    for (let round = 0; round < 3; round += 1) {
      const found = await Promise.all(keys.map(({ token }) => known.find(token)));
      expect(found.map((claims) => claims?.keyId)).toEqual(keys.map(({ id }) => id));
    }
    // One statement for the first key, and one for all others.
    expect(count().lookUps).toBe(2);
  });
});
