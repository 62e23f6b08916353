import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/common/config/config.js';
import type { DatabaseClock } from '../../src/common/database/database-clock.js';
import { Metrics } from '../../src/common/metrics/metrics.js';
import { newApiKey, hashOf } from '../../src/sessions/api-keys/api-key.js';
import { KeyLookUps } from '../../src/sessions/api-keys/key-look-ups.js';
import { KnownKeys } from '../../src/sessions/api-keys/known-keys.js';
import type {
  FoundKey,
  PostgresRevocations,
} from '../../src/sessions/revocation/postgres-revocations.js';
import type { Revocations } from '../../src/sessions/revocation/revocations.js';

const TTL = 600_000;
const KEY = newApiKey();

/** The database's clock, in milliseconds. */
let now: number;
let rows: Map<string, FoundKey>;
let asked: string[][];
let published: string[];
let isDown: boolean;
let known: KnownKeys;

function row(hash: string, change: Partial<FoundKey> = {}): FoundKey {
  const [keyId, userId] = [`key ${hash}`, 'account'];
  const claims = { keyId, userId, role: 'user', scopes: ['users:read'] } as const;
  return {
    hash,
    ...claims,
    scopes: ['users:read'],
    now,
    expiresAt: now + 1e9,
    isActive: true,
    ...change,
  };
}

beforeEach(() => {
  now = 1e12;
  rows = new Map([[hashOf(KEY), row(hashOf(KEY))]]);
  asked = [];
  published = [];
  isDown = false;
  const findKeys = (hashes: string[]) => {
    asked.push(hashes);
    if (isDown) return Promise.reject(new Error('down'));
    return Promise.resolve(hashes.flatMap((hash) => rows.get(hash) ?? []));
  };
  known = new KnownKeys(
    { accessTokenTtl: TTL } as Config,
    new KeyLookUps({ findKeys } as unknown as PostgresRevocations),
    {
      publishFound: (id: string) => Promise.resolve(void published.push(id)),
    } as unknown as Revocations,
    { certainNow: () => now } as DatabaseClock,
    new Metrics(),
  );
});
afterEach(() => void vi.restoreAllMocks());

const find = (key = KEY) => known.find(key);
/** The number of look-ups when a key is used once before and once after time passes. */
const lookUps = async (passTime: () => void): Promise<number> => {
  expect(await find()).toMatchObject({ userId: 'account' });
  passTime();
  await find();
  return asked.length;
};

describe('KnownKeys', () => {
  it("remembers a key for the lifetime of an access token, by PostgreSQL's clock", async () => {
    expect(await lookUps(() => (now += TTL - 1))).toBe(1);
    expect(await lookUps(() => (now += 1))).toBe(2);
  });

  it("remembers a key no longer than that by the monotonic clock, even if PostgreSQL's clock stops", async () => {
    const start = performance.now();
    const monotonic = vi.spyOn(performance, 'now').mockReturnValue(start);
    expect(await lookUps(() => monotonic.mockReturnValue(start + TTL - 1))).toBe(1);
    expect(await lookUps(() => monotonic.mockReturnValue(start + TTL))).toBe(2);
  });

  it('never remembers a key beyond its expiry', async () => {
    rows.set(hashOf(KEY), row(hashOf(KEY), { expiresAt: now + 1_000 }));
    expect(await lookUps(() => (now += 999))).toBe(1);
    expect(await lookUps(() => (now += 1))).toBe(2);
  });

  it('looks up the keys that arrive during a look-up together, and each only once', async () => {
    const keys = Array.from({ length: 5 }, newApiKey);
    for (const key of keys) rows.set(hashOf(key), row(hashOf(key)));
    const found = await Promise.all([...keys, ...keys].map((key) => find(key)));
    expect(found.map((claims) => claims?.keyId)).toEqual(
      [...keys, ...keys].map((key) => `key ${hashOf(key)}`),
    );
    expect(asked.map((hashes) => hashes.length)).toEqual([1, 4]);
  });

  it('publishes a key that it finds revoked, and does not remember it', async () => {
    rows.set(hashOf(KEY), row(hashOf(KEY), { isActive: false }));
    expect([await find(), await find()]).toEqual([undefined, undefined]);
    expect(published).toEqual([`key ${hashOf(KEY)}`, `key ${hashOf(KEY)}`]);
    expect(await find(newApiKey())).toBeUndefined();
    expect(published).toHaveLength(2);
  });

  it('fails for every waiting caller when PostgreSQL fails, and looks up again afterwards', async () => {
    const [first, second] = [newApiKey(), newApiKey()];
    isDown = true;
    const outcomes = await Promise.allSettled([find(first), find(second)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isDown = false;
    expect(await find()).toBeDefined();
  });

  it('forgets the oldest key beyond 10,000', async () => {
    await find();
    const keys = Array.from({ length: 10_000 }, newApiKey);
    for (const key of keys) rows.set(hashOf(key), row(hashOf(key)));
    await Promise.all(keys.map((key) => find(key)));
    const before = asked.length;
    await find(keys.at(-1));
    expect(asked.length).toBe(before);
    await find();
    expect(asked.length).toBe(before + 1);
  });
});
