import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECRETS, sign } from '../../../support/tokens.ts';
import { type Change, expectRefused, Forger, type Kind, KINDS, ofBothKinds } from './forger.ts';

let forger: Forger;
beforeAll(async () => {
  forger = await Forger.start();
});
afterAll(() => forger.app.close());

test.each(KINDS)('a forged %s token without a defect is accepted', async (kind) => {
  const token = forger.forge(kind, () => ({}));
  expect((await forger.present(kind, token)).status).toBe(200);
});

describe('a token with invalid claims is answered 401', () => {
  const now = Math.floor(Date.now() / 1_000);
  const wrong: [string, unknown[]][] = [
    ['iss', [undefined, null, '', 'other', ['customer-api'], 1]],
    ['aud', [undefined, null, '', 'other', ['customer-api'], ['customer-api', 'other'], {}]],
    [
      'sub',
      [undefined, null, '', 'me', 1, ['a'], {}, true, '00000000-0000-0000-0000-00000000000g'],
    ],
    ['sid', [undefined, null, '', 'x', 1, ['a'], {}]],
    ['iat', [undefined, null, String(now), 1.5, -1, 0, now + 3_600, true, []]],
    [
      'exp',
      [undefined, null, String(now + 60), now - 60, now + 60.5, -1, 0, true, [], now + 40 * 86_400],
    ],
    ['nbf', [now - 60]],
    ['admin', [true]],
  ];
  const wrongOfKind: Record<Kind, [string, unknown[]][]> = {
    access: [
      ['role', [undefined, null, '', 'root', 'ADMIN', ['admin'], 1]],
      ['jti', [undefined, null, '', 'x', 1, []]],
      ['exp', [now + 700]],
      ['gen', [1]],
    ],
    refresh: [
      ['sid', [randomUUID()]],
      ['gen', [undefined, null, '1', 0, -1, 1.5, 2 ** 31, 2 ** 53, [], true]],
      ['role', ['admin']],
    ],
  };
  const cases = KINDS.flatMap((kind) =>
    [...wrong, ...wrongOfKind[kind]].flatMap(([name, values]) =>
      values.map((value) => [kind, name, value] as const),
    ),
  );

  test.each(cases)('%s token, %s %j', async (kind, name, value) => {
    await expectRefused(
      forger,
      kind,
      forger.forge(kind, ({ claims }) => ({ claims: { ...claims, [name]: value } })),
    );
  });

  const texts: [string, Change][] = [
    ['an array', ({ claims }) => ({ claims: [claims] })],
    ['null', () => ({ claims: 'null' })],
    ['a string', () => ({ claims: '"claims"' })],
    ['a number', () => ({ claims: '1' })],
    ['nothing', () => ({ claims: '' })],
    ['not JSON', () => ({ claims: '{"exp":' })],
    [
      'exp 1e999',
      ({ claims }) => ({ claims: JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999') }),
    ],
    ['iat as a string', ({ claims }) => ({ claims: { ...claims, iat: String(claims['iat']) } })],
    [
      'exp with a decimal point',
      ({ claims }) => ({ claims: JSON.stringify(claims).replace(/"exp":(\d+)/, '"exp":$1.0') }),
    ],
    [
      'a repeated claim',
      ({ claims }) => ({
        claims: JSON.stringify(claims).replace(/}$/, `,"sub":"${randomUUID()}"}`),
      }),
    ],
    [
      'a repeated claim of the same value',
      ({ claims }) => ({ claims: JSON.stringify(claims).replace('{', '{"iss":"customer-api",') }),
    ],
    [
      'a claim with an escaped name',
      ({ claims }) => ({ claims: JSON.stringify(claims).replace('"iss"', '"\\u0069ss"') }),
    ],
    [
      '__proto__',
      ({ claims }) => ({
        claims: JSON.stringify(claims).replace('{', '{"__proto__":{"role":"admin"},'),
      }),
    ],
    ['white space', ({ claims }) => ({ claims: JSON.stringify(claims, null, 1) })],
    [
      'claims in another order',
      ({ claims }) => ({ claims: Object.fromEntries(Object.entries(claims).toReversed()) }),
    ],
    ['a byte order mark', ({ claims }) => ({ claims: `\ufeff${JSON.stringify(claims)}` })],
    ['a very long token', ({ claims }) => ({ claims: { ...claims, iss: 'x'.repeat(4_000) } })],
  ];
  test.each(ofBothKinds(texts))('%s token, %s', async (kind, _, change) => {
    await expectRefused(forger, kind, forger.forge(kind, change));
  });
});

describe('a token of the wrong kind or with the wrong key is answered 401', () => {
  test('access token as refresh token, and the reverse', async () => {
    await expectRefused(forger, 'refresh', forger.account.token);
    await expectRefused(forger, 'access', forger.account.refreshToken);
  });

  test.each(KINDS)('%s token with the key or header of the other kind', async (kind) => {
    const { header, claims } = forger.genuine(kind);
    const other = kind === 'access' ? 'refresh' : 'access';
    await expectRefused(forger, kind, sign(header, claims, SECRETS[other]));
    await expectRefused(forger, kind, sign(forger.genuine(other).header, claims, SECRETS[other]));
    await expectRefused(forger, kind, sign(forger.genuine(other).header, claims, SECRETS[kind]));
    await expectRefused(forger, kind, sign(header, forger.genuine(other).claims, SECRETS[kind]));
  });

  test('access token with an unknown or empty key', async () => {
    const { header, claims } = forger.genuine('access');
    for (const secret of ['', 'secret', `${SECRETS.access} `, SECRETS.access.slice(1)]) {
      await expectRefused(forger, 'access', sign(header, claims, secret));
    }
  });
});
