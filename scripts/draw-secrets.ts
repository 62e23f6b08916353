import { randomBytes, randomInt } from 'node:crypto';

/** 384 random bits, in characters that need no quoting in a URL, a shell or an env file. */
export function randomSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** Four groups of five characters (about 98 bits), without characters that are easily confused. */
export function readablePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const group = (): string =>
    Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return [group(), group(), group(), group()].join('-');
}
