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
/** Read when the first password is chosen: most servers run for days without one. */
let passwords: ReadonlySet<string> | undefined;

/** @param folded the password after NFKC, in lower case */
export function isCommonPassword(folded: string): boolean {
  passwords ??= readPasswords();
  return passwords.has(folded);
}

function readPasswords(): ReadonlySet<string> {
  const all = JSON.parse(readFileSync(file, 'utf8')) as string[];
  return new Set(all.filter(({ length }) => length >= SHORTEST));
}
