import { describe, expect, test } from 'vitest';
import { startWarnings } from '../../src/common/config/start-warnings.js';

describe('startWarnings', () => {
  const databaseUrl = 'postgres://localhost/x';
  const production = {
    host: '0.0.0.0',
    nodeEnv: 'production',
    databaseUrl,
    publicUrl: 'https://api.example.com',
    trustProxy: 1,
    mailUrl: 'none',
  } as const;
  const development = { ...production, nodeEnv: 'development' } as const;

  test('warns about development mode on an address that other machines can reach', () => {
    expect(startWarnings(development, {})).toEqual([
      expect.stringContaining('Set NODE_ENV=production'),
    ]);
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      expect(startWarnings({ ...development, host }, {})).toEqual([]);
    }
    expect(startWarnings(production, {})).toEqual([]);
  });

  test('warns about a remote database without TLS in production', () => {
    const remote = { databaseUrl: 'postgres://db.example.com/x' };
    expect(startWarnings({ ...production, ...remote }, {})).toEqual([
      expect.stringContaining('sslmode=verify-full'),
    ]);
    expect(startWarnings({ ...development, ...remote, host: '::1' }, {})).toEqual([]);
  });

  test('warns about a public URL without TLS in production', () => {
    const plain = { publicUrl: 'http://api.example.com' };
    expect(startWarnings({ ...production, ...plain }, {})).toEqual([
      expect.stringContaining('PUBLIC_URL begins with http://'),
    ]);
    for (const publicUrl of [undefined, 'http://localhost:3000', 'http://[::1]']) {
      expect(startWarnings({ ...production, publicUrl }, {})).toEqual([]);
    }
    expect(startWarnings({ ...development, ...plain, host: '::1' }, {})).toEqual([]);
  });

  test.each([
    [{ publicUrl: 'https://example.com/api/v1' }, 'PUBLIC_URL ends in /api/v1'],
    [{ trustProxy: ['10.0.0.0/8', '::/0'] }, 'TRUST_PROXY trusts every address'],
    [{ mailUrl: 'smtp://mail.example.com:465' }, 'MAIL_URL has the port of the other'],
    [{ mailUrl: 'smtps://mail.example.com:587' }, 'MAIL_URL has the port of the other'],
  ])('warns about %j', (settings, text) => {
    expect(startWarnings({ ...production, ...settings }, {})).toEqual([
      expect.stringContaining(text),
    ]);
  });

  test('does not warn about the usual ports of mail', () => {
    for (const mailUrl of ['smtp://mail.example.com:587', 'smtps://mail.example.com:465']) {
      expect(startWarnings({ ...production, mailUrl, trustProxy: ['10.0.0.0/8'] }, {})).toEqual([]);
    }
  });

  test('warns only about a name that is similar to a setting', () => {
    const environment = { RATE_LIMT: 'on', API_PORT: '1', HOSTNAME: 'x', REDIS_HOST: 'x' };
    expect(startWarnings(production, environment)).toEqual([
      'RATE_LIMT is not a setting. Did you mean RATE_LIMIT?',
    ]);
  });
});
