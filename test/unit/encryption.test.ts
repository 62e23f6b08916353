import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/common/config/config.js';
import type { HealthService } from '../../src/common/health/health.service.js';
import { Encryption } from '../../src/common/security/encryption.js';
import { codeOf } from '../support/thrown.ts';

const ROW = '01890a5d-ac96-774b-bcce-b302099a8057';
const OTHER_ROW = '01890a5d-b0e1-7c3f-9a4e-5d6f7a8b9c0d';
const SECRET = Buffer.from('a secret of twenty b');

const OLD = 'old key of at least 32 bytes, drawn';
const NEW = 'new key of at least 32 bytes, drawn';

function encryption(...encryptionKeys: string[]): Encryption {
  return withReadiness(encryptionKeys).encryption;
}

function withReadiness(encryptionKeys: readonly string[]) {
  let check = (): unknown => undefined;
  const health = { register: (_: string, registered: () => unknown) => (check = registered) };
  const config = { encryptionKeys } as unknown as Config;
  return {
    encryption: new Encryption(config, health as unknown as HealthService),
    readiness: () => check(),
  };
}

describe('Encryption', () => {
  it('decrypts what it encrypted, and never produces the same ciphertext twice', () => {
    const one = encryption(OLD);
    const text = one.encrypt('totp_secret', ROW, SECRET);
    expect(text).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
    expect(one.encrypt('totp_secret', ROW, SECRET)).not.toBe(text);
    expect(encryption(OLD).decrypt('totp_secret', ROW, text)).toEqual(SECRET);
    expect(encryption(OLD).decrypt('totp_secret', ROW.toUpperCase(), text)).toEqual(SECRET);
  });

  it('refuses a ciphertext of another row or purpose, or with any one character changed', () => {
    const one = encryption(OLD);
    const text = one.encrypt('totp_secret', ROW, SECRET);
    expect(() => one.decrypt('totp_secret', OTHER_ROW, text)).toThrow('unable to authenticate');
    expect(() => one.decrypt('webhook_secret', ROW, text)).toThrow('unable to authenticate');
    for (let at = text.lastIndexOf('.') + 1; at < text.length - 1; at += 1) {
      const letter = text[at] === 'A' ? 'B' : 'A';
      const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
      expect(() => one.decrypt('totp_secret', ROW, changed)).toThrow('unable to authenticate');
    }
  });

  it('encrypts with the first key and decrypts with any key', () => {
    const before = encryption(OLD).encrypt('totp_secret', ROW, SECRET);
    const rotating = encryption(NEW, OLD);
    const after = rotating.encrypt('totp_secret', ROW, SECRET);
    expect(rotating.decrypt('totp_secret', ROW, before)).toEqual(SECRET);
    expect([before, after].map((text) => rotating.isOutdated(text))).toEqual([true, false]);
    expect(encryption(NEW).decrypt('totp_secret', ROW, after)).toEqual(SECRET);
  });

  it('throws encryption_unavailable without a key, or without the key of the ciphertext', () => {
    const none = encryption();
    const text = encryption(OLD).encrypt('totp_secret', ROW, SECRET);
    const attempts = [
      () => none.requireKey(),
      () => none.encrypt('totp_secret', ROW, SECRET),
      () => none.decrypt('totp_secret', ROW, text),
      () => encryption(NEW).decrypt('totp_secret', ROW, text),
    ];
    for (const attempt of attempts) {
      expect(codeOf(attempt)).toBe('encryption_unavailable');
    }
  });

  it.each([
    ['nothing without a key where none is in use', [], [], undefined],
    ['nothing with the key in use', [OLD], [OLD], undefined],
    ['degraded without a key where one is in use', [], [OLD], 'degraded'],
    ['degraded with another key than the one in use', [NEW], [OLD], 'degraded'],
  ])('reports to readiness %s', async (_, keys, used, status) => {
    const { encryption: one, readiness } = withReadiness(keys);
    one.register('webhooks', () => Promise.resolve(encryption(...used).keyIds));
    one.register('unreadable', () => Promise.reject(new Error('no answer')));
    const expected = status && { status, reason: 'ENCRYPTION_KEYS lacks a key for webhooks' };
    expect(await readiness()).toEqual(expected);
  });
});
