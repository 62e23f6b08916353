import { describe, expect, it } from 'vitest';
import {
  hashOf,
  isApiKey,
  looksLikeApiKey,
  newApiKey,
  prefixOf,
} from '../../src/sessions/api-keys/api-key.js';

const KEY = newApiKey();

describe('an API key', () => {
  it('has a prefix, 40 random characters and a checksum', () => {
    const keys = Array.from({ length: 200 }, newApiKey);
    for (const key of keys) {
      expect(key).toMatch(/^cak_[0-9A-Za-z]{46}$/);
      expect([isApiKey(key), looksLikeApiKey(key)]).toEqual([true, true]);
    }
    expect(new Set(keys).size).toBe(keys.length);
    const characters = new Set(keys.flatMap((key) => key.slice(4, 44).split('')));
    expect(characters.size).toBe(62);
  });

  it('has a checksum that secret scanners can compute', () => {
    expect(isApiKey(`cak_${'A'.repeat(40)}2k6zew`)).toBe(true);
    expect(isApiKey(`cak_${'A'.repeat(40)}2k6zeW`)).toBe(false);
  });

  it('is invalid with one character changed, removed or added, or with its characters reversed', () => {
    for (let at = 0; at < KEY.length; at += 1) {
      const other = KEY[at] === 'x' ? 'y' : 'x';
      expect(isApiKey(KEY.slice(0, at) + other + KEY.slice(at + 1))).toBe(false);
      expect(isApiKey(KEY.slice(0, at) + KEY.slice(at + 1))).toBe(false);
      expect(isApiKey(KEY.slice(0, at) + other + KEY.slice(at))).toBe(false);
    }
    const swapped = KEY.slice(0, 4) + KEY.slice(4).split('').toReversed().join('');
    expect(isApiKey(swapped)).toBe(false);
  });

  it.each(['', 'cak_', ` ${KEY}`, `${KEY} `, `${KEY}\n`, KEY.toUpperCase(), KEY.toLowerCase()])(
    'is invalid: %j',
    (text) => {
      expect(isApiKey(text)).toBe(false);
    },
  );

  it('is displayed as its first 12 characters and stored as its SHA-256 hash', () => {
    expect(prefixOf(KEY)).toBe(KEY.slice(0, 12));
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
