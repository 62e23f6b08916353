import { expect, test } from 'vitest';
import { VerifiedTokens } from '../../src/auth/strategies/verified-tokens.js';
import type { DatabaseClock } from '../../src/common/database/database-clock.js';
import type { AccessClaims } from '../../src/sessions/tokens.js';

let now = 0;
const clock = { certainNow: () => now } as DatabaseClock;
const claims = { exp: 60 } as AccessClaims;

test('VerifiedTokens remembers a token until it expires', () => {
  const tokens = new VerifiedTokens(clock);
  tokens.add('a', claims);
  now = 59_999;
  expect(tokens.get('a')).toBe(claims);
  now = 60_000;
  expect(tokens.get('a')).toBeUndefined();
});

test('VerifiedTokens remembers at most 10,000 tokens, among them the newest 5,000', () => {
  now = 0;
  const tokens = new VerifiedTokens(clock);
  const names = Array.from({ length: 30_000 }, (_, index) => `token ${index}`);
  for (const name of names) tokens.add(name, claims);
  const remembered = names.filter((name) => tokens.get(name));
  expect(remembered.length).toBeLessThanOrEqual(10_000);
  expect(remembered.slice(-5_000)).toEqual(names.slice(-5_000));
});
