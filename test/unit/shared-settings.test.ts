import { describe, expect, it } from 'vitest';
import { differences, type SharedSettings } from '../../src/sessions/instances/shared-settings.js';

const SETTINGS: SharedSettings = {
  REDIS_URL: 'used',
  ACCOUNT_ACTIVATION: 'none',
  JWT_ISSUER: 'customer-api',
  JWT_AUDIENCE: 'customer-api',
  ACCESS_TOKEN_TTL: 600_000,
  REFRESH_TOKEN_TTL: 86_400_000,
  JWT_ACCESS_SECRET: ['a'],
  JWT_REFRESH_SECRET: ['r'],
  ENCRYPTION_KEYS: [],
};

describe('differences', () => {
  it('lists each setting that differs between two instances', () => {
    expect(differences(SETTINGS, SETTINGS)).toEqual([]);
    const other = { ...SETTINGS, REDIS_URL: 'none', JWT_ISSUER: 'x', JWT_ACCESS_SECRET: ['b'] };
    expect(differences(SETTINGS, other as SharedSettings)).toEqual([
      'REDIS_URL',
      'JWT_ISSUER',
      'JWT_ACCESS_SECRET',
    ]);
  });

  it.each([
    ['a new key is appended', ['a'], ['a', 'b'], []],
    ['it moves to the front', ['a', 'b'], ['b', 'a'], []],
    ['the old one is dropped', ['b', 'a'], ['b'], []],
    ['a key is replaced in one step', ['a'], ['b'], ['JWT_ACCESS_SECRET']],
    ['a new key is put in front at once', ['a'], ['b', 'a'], ['JWT_ACCESS_SECRET']],
  ])('accepts a rotation of keys step by step only: %s', (_, before, after, expected) => {
    const [old, next] = [before, after].map((keys) => ({ ...SETTINGS, JWT_ACCESS_SECRET: keys }));
    expect(differences(old ?? SETTINGS, next ?? SETTINGS)).toEqual(expected);
    expect(differences(next ?? SETTINGS, old ?? SETTINGS)).toEqual(expected);
  });

  it('ignores settings that another version does not record', () => {
    const { JWT_ISSUER: _, ...older } = SETTINGS;
    expect(differences(SETTINGS, older as SharedSettings)).toEqual([]);
  });
});
