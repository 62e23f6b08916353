import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../../../src/common/security/permissions.js';
import { BASE64URL, encode, type Json, otherSpellings, SECRETS } from '../../../support/tokens.ts';
import { expectRefused, Forger, KINDS } from './forger.ts';

let forger: Forger;
beforeAll(async () => {
  forger = await Forger.start();
});
afterAll(() => forger.app.close());

describe('a token in another encoding is answered 401', () => {
  test.each(KINDS)('%s token, every other encoding of the signature', async (kind) => {
    const token = forger.forge(kind, () => ({}));
    const signature = token.slice(-43);
    const bytes = Buffer.from(signature, 'base64url');
    const sameBytes = otherSpellings(signature);
    expect(sameBytes).toHaveLength(3);
    const spellings = [
      ...sameBytes,
      `${signature}=`,
      `${signature}==`,
      `${signature}A`,
      `${signature}%0A`,
      signature.slice(0, -1),
      `${signature}.`,
      `${signature}!`,
      `.${signature}`,
      signature.toLowerCase(),
      signature.toUpperCase(),
      bytes.toString('hex'),
      Array.from(signature).toReversed().join(''),
    ];
    for (const spelling of new Set(spellings)) {
      await expectRefused(forger, kind, token.slice(0, -43) + spelling);
    }
  });

  test('access token, every other encoding of the claims with its own signature', async () => {
    const { header, claims } = forger.genuine('access');
    // Roles differ in length. For some, the last character has bits to spare.
    const payloads = ROLES.flatMap((role) => otherSpellings(encode({ ...claims, role })));
    expect(payloads).not.toEqual([]);
    for (const payload of payloads) {
      const signed = `${encode(header)}.${payload}`;
      const signature = createHmac('sha256', SECRETS.access).update(signed).digest('base64url');
      await expectRefused(forger, 'access', `${signed}.${signature}`);
    }
  });

  test('access token in base64 instead of base64url', async () => {
    const { header, claims, signature } = forger.genuine('access');
    const base64 = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64');
    const text = `${base64(header)}.${base64(claims)}.${signature}=`;
    await expectRefused(forger, 'access', text);
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
  test.each(pieces)('refresh token %j', async (text) => {
    await expectRefused(forger, 'refresh', text);
  });

  test.each(KINDS)(
    '%s token with one character changed, dropped, doubled or swapped',
    async (kind) => {
      const token = kind === 'access' ? forger.account.token : forger.forge('refresh', () => ({}));
      const mutation = fc.record({
        at: fc.nat({ max: token.length - 1 }),
        how: fc.constantFrom('change', 'drop', 'double', 'swap'),
        letter: fc.constantFrom(...Array.from(BASE64URL), '.', '=', '+', '/', '~'),
      });
      await fc.assert(
        fc.asyncProperty(mutation, async ({ at, how, letter }) => {
          const mutated = mutate(token, at, how, letter);
          if (mutated !== token) await expectRefused(forger, kind, mutated);
        }),
        { numRuns: 300 },
      );
      expect((await forger.app.get('users/me', { token: forger.account.token })).status).toBe(200);
    },
  );
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
