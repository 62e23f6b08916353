import { generateKeyPairSync, randomUUID, sign as signRsa } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, type TestApp } from '../support/app.ts';
import type { Answer } from '../support/client.ts';
import { expectProblem } from '../support/problem.ts';
import { decode, encode, type Json, SECRETS, sign } from '../support/tokens.ts';

/**
 * Every defect that a token can have, in tokens that are genuine but for that defect and signed
 * with the right key where it matters: RFC 8725, and what `jsonwebtoken` leaves open.
 */

let app: TestApp;
let account: Account;
beforeAll(async () => {
  app = await startApp();
  account = await app.account();
});
afterAll(() => app.close());

type Kind = 'access' | 'refresh';

/** Presents the text where a token of that kind belongs. */
function present(kind: Kind, token: string): Promise<Answer> {
  return kind === 'access'
    ? app.get('users/me', { token })
    : app.post('auth/refresh', { refresh_token: token });
}

/** The one body of every refusal, but for the request. */
async function expectRefused(kind: Kind, token: string): Promise<void> {
  const answer = await present(kind, token);
  expectProblem(answer, 401, 'invalid_token');
  expect(answer.body).toEqual({
    type: '/docs/errors#invalid_token',
    title: 'Invalid token',
    status: 401,
    code: 'invalid_token',
    detail: 'The token is malformed, expired, revoked or of the wrong kind.',
    instance: expect.any(String),
    request_id: expect.any(String),
  });
}

function genuine(kind: Kind) {
  return decode(kind === 'access' ? account.token : account.refreshToken);
}

interface Parts {
  header: Json;
  claims: Json;
}
/** Signs what the change makes of the genuine parts, with the key of that kind. */
type Forge = (parts: Parts) => { header?: Json | string; claims?: Json | unknown[] | string };

function forge(kind: Kind, change: Forge): string {
  const { header, claims } = genuine(kind);
  const changed = change({ header, claims });
  return sign(changed.header ?? header, changed.claims ?? claims, SECRETS[kind]);
}

const KINDS: Kind[] = ['access', 'refresh'];

test.each(KINDS)(
  'a genuine %s token made by hand is accepted, so the others fail for their defect',
  async (kind) => {
    expect(
      (
        await present(
          kind,
          forge(kind, () => ({})),
        )
      ).status,
    ).toBe(200);
  },
);

describe('header', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = { kty: 'oct', k: encode('attacker attacker attacker attacker') };
  const defects: [string, Forge][] = [
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
    ].map((alg): [string, Forge] => [
      `alg ${JSON.stringify(alg)}`,
      ({ header }) => ({ header: { ...header, alg } }),
    ]),
    ...['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', '', null, undefined].map(
      (typ): [string, Forge] => [
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
    ].map((kid): [string, Forge] => [
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
    ).map(([name, value]): [string, Forge] => [
      `${name} ${JSON.stringify(value).slice(0, 30)}`,
      ({ header }) => ({ header: { ...header, [name]: value } }),
    ]),
    ['no members', () => ({ header: {} })],
    ['an array', ({ header }) => ({ header: JSON.stringify([header]) })],
    ['not JSON', () => ({ header: 'header' })],
    [
      'another order',
      ({ header }) => ({ header: Object.fromEntries(Object.entries(header).reverse()) }),
    ],
    ['a space', ({ header }) => ({ header: `${JSON.stringify(header)} ` })],
    [
      'a repeated member',
      ({ header }) => ({ header: JSON.stringify(header).replace('{', '{"alg":"none",') }),
    ],
  ];

  test.each(
    KINDS.flatMap((kind) => defects.map(([name, change]) => [kind, name, change] as const)),
  )('%s: %s', async (kind, _, change) => {
    await expectRefused(kind, forge(kind, change));
  });

  test.each(KINDS)('%s: alg none without a signature', async (kind) => {
    for (const alg of ['none', 'None', 'NONE']) {
      const { header, claims } = genuine(kind);
      await expectRefused(kind, `${encode({ ...header, alg })}.${encode(claims)}.`);
      await expectRefused(kind, `${encode({ ...header, alg })}.${encode(claims)}`);
    }
  });

  test.each(KINDS)('%s: HS384 and HS512 with the right key', async (kind) => {
    const { header, claims } = genuine(kind);
    for (const bits of ['384', '512']) {
      const own = { ...header, alg: `HS${bits}` };
      await expectRefused(kind, sign(own, claims, SECRETS[kind], `sha${bits}`));
      await expectRefused(kind, sign(header, claims, SECRETS[kind], `sha${bits}`));
    }
  });

  test.each(KINDS)('%s: RS256 with a key of the sender', async (kind) => {
    const { header, claims } = genuine(kind);
    const signed = `${encode({ ...header, alg: 'RS256', jwk })}.${encode(claims)}`;
    const signature = signRsa('sha256', Buffer.from(signed), privateKey).toString('base64url');
    await expectRefused(kind, `${signed}.${signature}`);
  });
});

describe('claims', () => {
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
      [undefined, null, String(now + 60), now - 60, now + 0.5, -1, 0, true, [], now + 40 * 86_400],
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

  test.each(cases)('%s: %s %j', async (kind, name, value) => {
    await expectRefused(
      kind,
      forge(kind, ({ claims }) => ({ claims: { ...claims, [name]: value } })),
    );
  });

  const texts: [string, Forge][] = [
    ['an array', ({ claims }) => ({ claims: [claims] })],
    ['null', () => ({ claims: 'null' })],
    ['a text', () => ({ claims: '"claims"' })],
    ['a number', () => ({ claims: '1' })],
    ['nothing', () => ({ claims: '' })],
    ['not JSON', () => ({ claims: '{"exp":' })],
    [
      'exp 1e999',
      ({ claims }) => ({ claims: JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999') }),
    ],
    [
      'exp in another spelling',
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
      'an escaped name',
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
      'another order',
      ({ claims }) => ({ claims: Object.fromEntries(Object.entries(claims).reverse()) }),
    ],
    ['a byte order mark', ({ claims }) => ({ claims: `\ufeff${JSON.stringify(claims)}` })],
    ['a very long token', ({ claims }) => ({ claims: { ...claims, iss: 'x'.repeat(4_000) } })],
  ];
  test.each(KINDS.flatMap((kind) => texts.map(([name, change]) => [kind, name, change] as const)))(
    '%s: %s',
    async (kind, _, change) => {
      await expectRefused(kind, forge(kind, change));
    },
  );
});

describe('the wrong kind', () => {
  test('an access token used as refresh token and the reverse', async () => {
    await expectRefused('refresh', account.token);
    await expectRefused('access', account.refreshToken);
  });

  test.each(KINDS)('%s: signed with the key of the other kind', async (kind) => {
    const { header, claims } = genuine(kind);
    const other = kind === 'access' ? 'refresh' : 'access';
    await expectRefused(kind, sign(header, claims, SECRETS[other]));
    await expectRefused(kind, sign(genuine(other).header, claims, SECRETS[other]));
    await expectRefused(kind, sign(genuine(other).header, claims, SECRETS[kind]));
    await expectRefused(kind, sign(header, genuine(other).claims, SECRETS[kind]));
  });

  test('a key that nobody has, the empty one included', async () => {
    const { header, claims } = genuine('access');
    for (const secret of ['', 'secret', `${SECRETS.access} `, SECRETS.access.slice(1)]) {
      await expectRefused('access', sign(header, claims, secret));
    }
  });
});

describe('spelling', () => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  test.each(KINDS)('%s: the other spellings of the signature', async (kind) => {
    const token = forge(kind, () => ({}));
    const signature = token.slice(-43);
    const bytes = Buffer.from(signature, 'base64url');
    const sameBytes = [...ALPHABET]
      .map((last) => signature.slice(0, -1) + last)
      .filter((text) => text !== signature && Buffer.from(text, 'base64url').equals(bytes));
    expect(sameBytes).toHaveLength(3);
    const spellings = [
      ...sameBytes,
      `${signature}=`,
      `${signature}==`,
      `${signature}A`,
      `${signature}\n`.trimEnd() + '%0A',
      signature.slice(0, -1),
      `${signature}.`,
      `${signature}!`,
      `.${signature}`,
      signature.toLowerCase(),
      signature.toUpperCase(),
      bytes.toString('hex'),
      [...signature].reverse().join(''),
    ];
    for (const spelling of new Set(spellings)) {
      await expectRefused(kind, token.slice(0, -43) + spelling);
    }
  });

  test('base64 in place of base64url', async () => {
    const { header, claims, signature } = genuine('access');
    const base64 = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64');
    const padded = `${base64(header)}.${base64(claims)}.${signature}=`;
    await expectRefused('access', padded);
  });

  const pieces = [
    '',
    '.',
    '..',
    '...',
    'a',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    'null',
    'undefined',
    '{}',
    '%00',
    '😀',
  ];
  test.each(pieces)('refresh_token %j', async (text) => {
    await expectRefused('refresh', text);
  });

  test.each(KINDS)('%s: any one character changed, dropped, doubled or swapped', async (kind) => {
    const token = kind === 'access' ? account.token : forge('refresh', () => ({}));
    const mutation = fc.record({
      at: fc.nat({ max: token.length - 1 }),
      how: fc.constantFrom('change', 'drop', 'double', 'swap'),
      letter: fc.constantFrom(...ALPHABET, '.', '=', '+', '/', '~'),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ at, how, letter }) => {
        const mutated = mutate(token, at, how, letter);
        if (mutated !== token) await expectRefused(kind, mutated);
      }),
      { numRuns: 300 },
    );
    expect((await app.get('users/me', { token: account.token })).status).toBe(200);
  });
});

function mutate(text: string, at: number, how: string, letter: string): string {
  const [before, here = '', after] = [text.slice(0, at), text[at], text.slice(at + 1)];
  switch (how) {
    case 'drop':
      return before + after;
    case 'double':
      return before + here + here + after;
    case 'swap':
      return before + after.slice(0, 1) + here + after.slice(1);
    default:
      return before + letter + after;
  }
}

describe('the Authorization header', () => {
  const get = (authorization: string) => app.get('users/me', { headers: { authorization } });

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    '%s is the scheme in any case',
    async (scheme) => {
      expect((await get(`${scheme} ${account.token}`)).status).toBe(200);
      expect((await get(`${scheme}   ${account.token}`)).status).toBe(200);
    },
  );

  test.each([
    ['the scheme alone', () => 'Bearer'],
    ['a tab', () => `Bearer\t${account.token}`],
    ['an equals sign', () => `Bearer=${account.token}`],
    ['a colon', () => `Bearer: ${account.token}`],
    ['quotes', () => `Bearer "${account.token}"`],
    ['angle brackets', () => `Bearer <${account.token}>`],
    ['two tokens', () => `Bearer ${account.token} ${account.token}`],
    ['a list', () => `Bearer ${account.token},${account.token}`],
    ['a list of schemes', () => `Bearer ${account.token}, Basic dTpw`],
    ['the scheme twice', () => `Bearer Bearer ${account.token}`],
    ['a parameter', () => `Bearer token=${account.token}`],
  ])('%s: invalid_token', async (_, value) => {
    const answer = await get(value());
    expectProblem(answer, 401, 'invalid_token');
  });

  test.each([
    ['another scheme', () => `Basic ${Buffer.from('user:password').toString('base64')}`],
    ['another scheme with the token', () => `Token ${account.token}`],
    ['no space', () => `Bearer${account.token}`],
    ['the token alone', () => account.token],
    ['nothing', () => ''],
  ])('%s: no token was sent', async (_, value) => {
    expectProblem(await get(value()), 401, 'unauthenticated');
  });

  test('a token anywhere else is no token', async () => {
    const { token } = account;
    expectProblem(await app.get(`users/me?access_token=${token}`), 401, 'unauthenticated');
    const cookie = { headers: { cookie: `access_token=${token}`, 'x-access-token': token } };
    expectProblem(await app.get('users/me', cookie), 401, 'unauthenticated');
    const inBody = await app.post('customers', { access_token: token, refresh_token: token });
    expectProblem(inBody, 401, 'unauthenticated');
  });
});
