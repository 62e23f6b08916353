import { TextField } from '../validation/fields.js';
import { codePoints, isStorableText } from '../validation/formats.js';
import { plainTextRules, type Rule } from '../validation/rules.js';

/** The parameter `q` of a search. */
export function SearchField(description: string): PropertyDecorator {
  return TextField(
    searchRules,
    {
      minLength: 2,
      maxLength: MAXIMUM_LENGTH,
      description: `${description} Upper and lower case, accents and the width of characters make no difference. At least 3 characters; 2 are enough if neither is Latin, and then they must begin a word.`,
    },
    normalize,
  );
}

/** The parameter `q` of a list whose search compares the stored text. */
export function PartField(description: string): PropertyDecorator {
  const minLength = 3;
  return TextField(
    plainTextRules(minLength, MAXIMUM_LENGTH),
    { minLength, maxLength: MAXIMUM_LENGTH, description },
    (text) => text.trim(),
  );
}

const MAXIMUM_LENGTH = 100;

/**
 * The characters that the SQL function `folded_text` removes: accents without a letter, invisible
 * characters, Hebrew points, and Arabic vowel marks and tatweel.
 */
const IGNORED =
  /[\u0300-\u036f]|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]|[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/gu;

/** Ignores white space around the text. Only characters that the index contains count. */
function normalize(text: string): string {
  if (!text.isWellFormed()) return text;
  return text.normalize('NFKC').replace(IGNORED, '').trim();
}

const searchRules: readonly Rule[] = [
  {
    code: 'characters',
    detail: 'must be well-formed Unicode without NUL, with a letter or a digit',
    accepts: (text) => isStorableText(text) && /[\p{L}\p{N}]/u.test(text),
  },
  {
    code: 'length',
    detail: `must be 3 to ${MAXIMUM_LENGTH} characters long, or 2 where neither is Latin`,
    accepts: (text) => {
      const length = codePoints(text);
      return length <= MAXIMUM_LENGTH && (length >= 3 || (length === 2 && !LATIN.test(text)));
    },
  },
];

const LATIN = /\p{Script=Latin}/u;
