import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Shorter ones are refused for their length; see PASSWORD_MIN_LENGTH. */
const SHORTEST = 8;

/**
 * The passwords that people choose most, in lower case: the list of zxcvbn-ts, 49,000 entries, of
 * which 17,000 are long enough to be chosen here. The package's own entry point would load its
 * dictionaries and keyboards too. docs/adr/0012-common-passwords.md
 */
const file = createRequire(import.meta.url).resolve(
  '@zxcvbn-ts/language-common/src/passwords.json',
);
const passwords = new Set(
  (JSON.parse(readFileSync(file, 'utf8')) as string[]).filter(({ length }) => length >= SHORTEST),
);

/** @param folded the password after NFKC, in lower case */
export function isCommonPassword(folded: string): boolean {
  return passwords.has(folded);
}
