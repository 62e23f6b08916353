import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/common/config/config.js';
import { KeyedHashes } from '../../src/common/security/keyed-hashes.js';

const hashes = new KeyedHashes({
  accessSecrets: ['new access', 'old access'],
  refreshSecrets: ['new refresh', 'old refresh'],
} as unknown as Config);

function hmac(key: string): Buffer {
  return createHmac('sha256', key).update('text').digest();
}

describe('KeyedHashes', () => {
  it.each([
    ['idempotency', 'idempotency:new refresh', 'idempotency:old refresh'],
    ['cursor', 'cursor:new access', 'cursor:old access'],
  ] as const)('keeps the hashes for %s of released versions', (purpose, key, oldKey) => {
    expect(hashes.hash(purpose, 'text')).toEqual(hmac(key));
    expect(hashes.all(purpose, 'text')).toEqual([hmac(key), hmac(oldKey)]);
  });

  it('accepts a hash made with an earlier secret, complete or truncated to 16 bytes', () => {
    const old = hmac('cursor:old access');
    expect(hashes.isHashOf(old, 'cursor', 'text')).toBe(true);
    expect(hashes.isHashOf(old.subarray(0, 16), 'cursor', 'text')).toBe(true);
  });

  it('refuses a hash that is too short, too long, of another text or for another purpose', () => {
    const hash = hashes.hash('cursor', 'text');
    expect(hashes.isHashOf(hash.subarray(0, 15), 'cursor', 'text')).toBe(false);
    expect(hashes.isHashOf(Buffer.concat([hash, Buffer.alloc(1)]), 'cursor', 'text')).toBe(false);
    expect(hashes.isHashOf(hash, 'cursor', 'other')).toBe(false);
    expect(hashes.isHashOf(hash, 'idempotency', 'text')).toBe(false);
  });
});
