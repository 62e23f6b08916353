import { describe, expect, it } from 'vitest';
import { newRecoveryCodes } from '../../src/mfa/recovery-codes.js';
import { codeOf, newTotpSecret, otpauthUri, stepOf, toBase32 } from '../../src/mfa/totp.js';
import { otp } from '../support/authenticator.ts';

/** The test vectors of RFC 6238, appendix B: the last six of their eight digits. */
const RFC_SECRET = Buffer.from('12345678901234567890');
const RFC_VECTORS: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

describe('TOTP', () => {
  it.each(RFC_VECTORS)('returns at %i s the code %s of RFC 6238', (seconds, code) => {
    const step = Math.floor(seconds / 30);
    expect(codeOf(RFC_SECRET, step)).toBe(code);
    expect(otp(toBase32(RFC_SECRET), 0, seconds * 1_000)).toBe(code);
    expect(stepOf(RFC_SECRET, code, step)).toBe(step);
  });

  it('accepts the current step, the one before and the one after, and no other', () => {
    const found = [-2, -1, 0, 1, 2].map((steps) =>
      stepOf(RFC_SECRET, codeOf(RFC_SECRET, 1_000 + steps), 1_000),
    );
    expect(found).toEqual([undefined, 999, 1_000, 1_001, undefined]);
  });

  it('refuses a text that is not six digits', () => {
    for (const code of ['', '28708', '2870820', '٢٨٧٠٨٢']) {
      expect(stepOf(RFC_SECRET, code, 1)).toBeUndefined();
    }
  });

  it('generates a secret of 160 bits in the format of authenticator applications', () => {
    const secret = newTotpSecret();
    expect(secret).toHaveLength(20);
    expect(newTotpSecret()).not.toEqual(secret);
    expect(toBase32(secret)).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(otpauthUri(secret, 'api.example.com', 'jane@example.com'));
    expect(uri.href).toMatch(/^otpauth:\/\/totp\/api\.example\.com:jane%40example\.com\?/);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'api.example.com',
      secret: toBase32(secret),
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('generates ten recovery codes of 120 bits', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{24}$/);
  });
});
