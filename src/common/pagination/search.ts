import { normalizePhone } from '../validation/phone.js';
import { codePoints } from '../validation/formats.js';

/** Returns a LIKE pattern that matches the text anywhere. Wildcards in the text are escaped. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/**
 * Returns an SQL condition that a folded column contains the search text. A trigram index can answer it,
 * because the SQL function `search_pattern` folds the text like the index.
 *
 * @param bind binds a value and returns its placeholder
 */
export function matchesText(folded: string, text: string, bind: (value: string) => string): string {
  const matches = formsOf(text).map(
    (form) => `${folded} LIKE search_pattern(${bind(form)}, ${!hasTrigram(form)})`,
  );
  return matches.length === 1 ? matches.join() : `(${matches.join(' OR ')})`;
}

/** Both forms of a final sigma: Greek has ς at the end of a word, where the search text may end. */
const LAST_SIGMA = /[Σσς]$/u;

/** At least three digits, as people separate those of a telephone number. */
const PHONE = /^\+?(?:[\s()./\p{Pd}]*\d){3,}[\s()./\p{Pd}]*$/u;

function formsOf(text: string): string[] {
  // The index contains telephone numbers without separators.
  if (PHONE.test(text)) return [...new Set([text, normalizePhone(text)])];
  if (!LAST_SIGMA.test(text)) return [text];
  return ['σ', 'ς'].map((sigma) => text.replace(LAST_SIGMA, sigma));
}

/**
 * Whether the index can find the text: it contains a complete trigram. For trigrams, a word has two
 * blanks before its beginning and one after its end, if the search text contains these.
 */
function hasTrigram(text: string): boolean {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].some(({ 0: word, index }) => {
    const before = index > 0 ? 2 : 0;
    const after = index + word.length < text.length ? 1 : 0;
    return before + codePoints(word) + after >= 3;
  });
}
