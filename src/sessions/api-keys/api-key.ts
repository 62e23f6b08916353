import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MARK = 'cak_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 40;
const CHECKSUM_LENGTH = 6;
const KEY = new RegExp(`^${MARK}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);
/** The largest multiple of 62 below 256. Larger bytes would make some characters more frequent. */
const FAIR = 248;
/** Characters that a list of keys shows. The other 32 random characters, 190 bits, stay secret. */
const SHOWN_LENGTH = MARK.length + 8;

/**
 * Makes a new API key: `cak_`, 40 random characters, and a checksum of 6 characters. The prefix lets
 * secret scanners find a key in code. The checksum lets the service refuse a mistyped key without a
 * query.
 */
export function newApiKey(): string {
  let text = MARK;
  while (text.length < MARK.length + RANDOM_LENGTH) {
    for (const byte of randomBytes(RANDOM_LENGTH)) {
      if (byte < FAIR && text.length < MARK.length + RANDOM_LENGTH) text += characterAt(byte);
    }
  }
  return text + checksum(text);
}

/** Whether a text looks like an API key. An access token is a JWT and never begins like this. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith(MARK);
}

/** Whether a text has the form of an API key, with the right checksum. */
export function isApiKey(text: string): boolean {
  return KEY.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH)));
}

/** SHA-256 in hexadecimal digits. A key is random, so its plain hash reveals nothing. */
export function hashOf(key: string): string {
  return hash('sha256', key, 'hex');
}

/** The beginning of a key, by which its owner recognises it later. */
export function prefixOf(key: string): string {
  return key.slice(0, SHOWN_LENGTH);
}

/** CRC-32 as a number in base 62, with leading zeros. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let at = 0; at < CHECKSUM_LENGTH; at += 1) {
    digits = characterAt(rest) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}

function characterAt(number: number): string {
  return ALPHABET.charAt(number % ALPHABET.length);
}
