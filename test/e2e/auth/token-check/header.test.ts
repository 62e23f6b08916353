import { generateKeyPairSync, sign as signRsa } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { encode, SECRETS, sign } from '../../../support/tokens.ts';
import { type Change, expectRefused, Forger, KINDS, ofBothKinds } from './forger.ts';

let forger: Forger;
beforeAll(async () => {
  forger = await Forger.start();
});
afterAll(() => forger.app.close());

describe('a token with an invalid JOSE header is answered 401', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = { kty: 'oct', k: encode('attacker attacker attacker attacker') };
  const defects: [string, Change][] = [
    ...[
      'none',
      'None',
      'NONE',
      'nOnE',
      'hs256',
      'HS256 ',
      '',
      'RS256',
      'ES256',
      'HS384',
      null,
      256,
    ].map((alg): [string, Change] => [
      `alg ${JSON.stringify(alg)}`,
      ({ header }) => ({ header: { ...header, alg } }),
    ]),
    ...['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', '', null, undefined].map(
      (typ): [string, Change] => [
        `typ ${JSON.stringify(typ)}`,
        ({ header }) => ({ header: { ...header, typ } }),
      ],
    ),
    ...[
      undefined,
      null,
      '',
      0,
      1,
      {},
      [],
      ['a'],
      true,
      'unknown',
      '../../etc/passwd',
      '/dev/null',
      "' OR 1=1 --",
      'k'.repeat(1_000),
    ].map((kid): [string, Change] => [
      `kid ${JSON.stringify(kid)?.slice(0, 20)}`,
      ({ header }) => ({ header: { ...header, kid } }),
    ]),
    ...(
      [
        ['jku', 'https://attacker.example/keys'],
        ['x5u', 'https://attacker.example/cert'],
        ['x5c', ['MIIB']],
        ['jwk', jwk],
        ['crit', ['exp']],
        ['crit', []],
        ['b64', false],
        ['zip', 'DEF'],
        ['cty', 'JWT'],
        ['enc', 'A256GCM'],
      ] as const
    ).map(([name, value]): [string, Change] => [
      `${name} ${JSON.stringify(value).slice(0, 30)}`,
      ({ header }) => ({ header: { ...header, [name]: value } }),
    ]),
    ['no members', () => ({ header: {} })],
    ['an array', ({ header }) => ({ header: JSON.stringify([header]) })],
    ['not JSON', () => ({ header: 'header' })],
    [
      'members in another order',
      ({ header }) => ({ header: Object.fromEntries(Object.entries(header).toReversed()) }),
    ],
    ['a space at the end', ({ header }) => ({ header: `${JSON.stringify(header)} ` })],
    [
      'a repeated member',
      ({ header }) => ({ header: JSON.stringify(header).replace('{', '{"alg":"none",') }),
    ],
  ];

  test.each(ofBothKinds(defects))('%s token, %s', async (kind, _, change) => {
    await expectRefused(forger, kind, forger.forge(kind, change));
  });

  test.each(KINDS)('%s token, alg none without a signature', async (kind) => {
    for (const alg of ['none', 'None', 'NONE']) {
      const { header, claims } = forger.genuine(kind);
      await expectRefused(forger, kind, `${encode({ ...header, alg })}.${encode(claims)}.`);
      await expectRefused(forger, kind, `${encode({ ...header, alg })}.${encode(claims)}`);
    }
  });

  test.each(KINDS)('%s token, HS384 and HS512 with the right key', async (kind) => {
    const { header, claims } = forger.genuine(kind);
    for (const bits of ['384', '512']) {
      const own = { ...header, alg: `HS${bits}` };
      await expectRefused(forger, kind, sign(own, claims, SECRETS[kind], `sha${bits}`));
      await expectRefused(forger, kind, sign(header, claims, SECRETS[kind], `sha${bits}`));
    }
  });

  test.each(KINDS)("%s token, RS256 with the sender's own key", async (kind) => {
    const { header, claims } = forger.genuine(kind);
    const signed = `${encode({ ...header, alg: 'RS256', jwk })}.${encode(claims)}`;
    const signature = signRsa('sha256', Buffer.from(signed), privateKey).toString('base64url');
    await expectRefused(forger, kind, `${signed}.${signature}`);
  });
});
