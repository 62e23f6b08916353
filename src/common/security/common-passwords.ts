import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Shorter passwords are rejected for their length; see PASSWORD_MIN_LENGTH. */
const SHORTEST = 8;

/**
 * The most common passwords, in lower case: the list of zxcvbn-ts. 17,000 of its 49,000 entries are long
 * enough to be allowed here. The package's own entry point would also load dictionaries and keyboard
 * layouts; see docs/adr/0012-common-passwords.md.
 */
const file = createRequire(import.meta.url).resolve(
  '@zxcvbn-ts/language-common/src/passwords.json',
);
/** Read when a user first sets a password, because most servers run for days without that. */
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
