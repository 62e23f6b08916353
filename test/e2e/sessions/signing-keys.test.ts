import { execFileSync } from 'node:child_process';
import { createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/common/config/config.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { testConfig } from '../../support/config.ts';
import { otherSpellings } from '../../support/tokens.ts';

const [first, second] = [newKey(), newKey()];
const JWKS = '/.well-known/jwks.json';
const DATABASE = { DATABASE_URL: 'postgres://localhost/any' };

let plain: TestApp;
let app: TestApp;
let account: Account;
beforeAll(async () => {
  plain = await startApp();
  const keys = [first, second].map(({ text }) => text).join();
  app = await startSecondInstance(plain, { JWT_ALGORITHM: 'ES256', JWT_ACCESS_PRIVATE_KEYS: keys });
  account = await app.account();
});
afterAll(async () => {
  await app?.close();
  await plain?.close();
});

describe('JWT_ALGORITHM=ES256', () => {
  test('access tokens can be verified with the published key that has their kid', async () => {
    const { status, headers, body } = await app.get(JWKS);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/jwk-set+json');
    expect(body.keys).toHaveLength(2);
    const [header = '', claims = '', signature = ''] = account.token.split('.');
    const { kid, ...rest } = decode(header);
    expect(rest).toEqual({ alg: 'ES256', typ: 'at+jwt' });
    const jwk = body.keys.find((key: { kid: string }) => key.kid === kid);
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isGenuine).toBe(true);
  });

  test('access tokens with another encoding of the signature are answered 401', async () => {
    const spellings = otherSpellings(account.token);
    expect(spellings).toHaveLength(15);
    for (const token of spellings) expect(await app.isActive(token)).toBe(false);
  });

  test('GET /.well-known/jwks.json contains no part of a private key', async () => {
    const { body, text } = await app.get(JWKS);
    for (const key of body.keys) expect(Object.keys(key)).not.toContain('d');
    for (const { key } of [first, second]) {
      expect(text).not.toContain(key.export({ format: 'jwk' }).d);
    }
  });

  test('access tokens are accepted, and refresh tokens still use HS256', async () => {
    expect((await app.get('users/me', { token: account.token })).status).toBe(200);
    expect(decode(account.refreshToken.split('.')[0] ?? '')).toMatchObject({
      alg: 'HS256',
      typ: 'rt+jwt',
    });
    const { status } = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expect(status).toBe(200);
  });

  test('HS256 tokens from before are still accepted', async () => {
    const { token } = await plain.account();
    expect(decode(token.split('.')[0] ?? '')).toMatchObject({ alg: 'HS256' });
    expect((await app.get('users/me', { token })).status).toBe(200);
  });

  test.each([
    ['with the public key as an HS256 secret', (text: string) => hmac(text, publicPem())],
    ['by another key', (text: string) => es256(text, newKey().key)],
    ['in DER instead of IEEE P1363', (text: string) => es256(text, first.key, 'der')],
    ['not at all', () => ''],
  ])('an access token signed %s is answered 401', async (_name, signatureOf) => {
    const [header = '', claims = ''] = account.token.split('.');
    for (const alg of ['ES256', 'HS256', 'none']) {
      const forged = `${encode({ ...decode(header), alg })}.${claims}`;
      const { status } = await app.get('users/me', { token: `${forged}.${signatureOf(forged)}` });
      expect(status).toBe(401);
    }
  });
});

test('GET /.well-known/jwks.json answers 404 with JWT_ALGORITHM=HS256', async () => {
  const { status, body } = await plain.get(JWKS);
  expect(status).toBe(404);
  expect(body.code).toBe('not_found');
});

describe('the settings of signing keys', () => {
  const pem = first.key.export({ format: 'pem', type: 'pkcs8' }).toString();

  test.each([
    ['base64 of PKCS #8', first.text],
    ['PEM', pem],
    ['PEM on one line', pem.replaceAll('\n', '\\n')],
  ])('accept a private key as %s', (_name, text) => {
    const { accessPrivateKeys } = testConfig({ ...DATABASE, JWT_ACCESS_PRIVATE_KEYS: text });
    expect(accessPrivateKeys[0]?.equals(first.key)).toBe(true);
  });

  test.each([
    ['ES256 without a key', { JWT_ALGORITHM: 'ES256' }],
    ['a text that is not a key', { JWT_ACCESS_PRIVATE_KEYS: 'nonsense' }],
    ['another curve', { JWT_ACCESS_PRIVATE_KEYS: newKey('P-384').text }],
    ['the same key twice', { JWT_ACCESS_PRIVATE_KEYS: `${first.text},${first.text}` }],
    ['four keys', { JWT_ACCESS_PRIVATE_KEYS: [1, 2, 3, 4].map(() => newKey().text).join() }],
    ['another algorithm', { JWT_ALGORITHM: 'RS256' }],
  ])('refuse %s', (_name, variables) => {
    const [name = ''] = Object.keys(variables);
    const read = () => testConfig({ ...DATABASE, ...variables });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name === 'JWT_ALGORITHM' ? /JWT_A/ : name);
    expect(read).not.toThrow('DATABASE_URL');
  });

  test('accept the output of npm run keys:new', () => {
    const script = join(import.meta.dirname, '../../../src/cli/new-keys.ts');
    const output = execFileSync('node', [script], { encoding: 'utf8' });
    const variables = Object.fromEntries(
      output.split('\n').flatMap((line) => {
        const [, name, value] = /^([A-Z_]+)=(.+)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const config = testConfig({
      ...DATABASE,
      ...variables,
      JWT_ALGORITHM: 'ES256',
      REGISTRATION: 'closed',
    });
    expect(config.accessSecrets).toEqual([variables['JWT_ACCESS_SECRET']]);
    expect(config.refreshSecrets).toEqual([variables['JWT_REFRESH_SECRET']]);
    expect(config.encryptionKeys).toEqual([variables['ENCRYPTION_KEYS']]);
    expect(config.accessPrivateKeys).toHaveLength(1);
  });
});

function newKey(namedCurve = 'P-256') {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve });
  return { key, text: key.export({ format: 'der', type: 'pkcs8' }).toString('base64') };
}

function publicPem(): string {
  return createPublicKey(first.key).export({ format: 'pem', type: 'spki' }).toString();
}

function hmac(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function es256(
  text: string,
  key: typeof first.key,
  dsaEncoding: 'der' | 'ieee-p1363' = 'ieee-p1363',
) {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding }).toString('base64url');
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function encode(part: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
