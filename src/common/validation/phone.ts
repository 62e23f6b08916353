import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { foldDigits } from './formats.js';

export const PHONE_DETAIL = 'must be 6 to 15 digits with an optional + in front';

/** For the OpenAPI document: the lengths of a telephone number with its separators. */
export const PHONE_LIMITS = { minLength: 6, maxLength: 64 } as const;

/** Longer texts are not normalized, because no number has so many separators. */
const LONGEST_INPUT = PHONE_LIMITS.maxLength;
/** Some people combine both prefixes to `+00`. No country code begins with 0. */
const INTERNATIONAL = /^(\+?(?:00)+|\+)/;
/** Spaces, invisible characters, brackets, dots, slashes and every kind of dash. */
const SEPARATORS = /[\s\p{Cf}\p{Pd}\u2212\u30fc().[\]/]/gu;

/**
 * Converts a telephone number to its canonical form. A number with a country code becomes E.164:
 * `+49 (0)151 234567`, `0049 151 234567` and `+49151234567` are the same. A number without a country code
 * becomes its digits, because the country is unknown. Other texts fail {@link isPhone}.
 */
export function normalizePhone(value: string): string {
  if (value.length > LONGEST_INPUT) return value;
  const folded = foldDigits(value).replace(/[\s\p{Cf}]/gu, '');
  const bare = folded.replace(SEPARATORS, '');
  if (!INTERNATIONAL.test(bare)) return bare;
  // (0) is the trunk prefix, which is only dialled within the country.
  const withoutTrunk = folded.replace('(0)', '').replace(SEPARATORS, '');
  return toE164(
    (INTERNATIONAL.test(withoutTrunk) ? withoutTrunk : bare).replace(INTERNATIONAL, '+'),
  );
}

export function isPhone(normalized: string): boolean {
  return /^\+?[0-9]{6,15}$/.test(normalized);
}

/**
 * Does not change a number with an unknown country code or an impossible length. Repeats the conversion,
 * because the library removes one trunk prefix at a time and `+49 00151` would have two forms.
 */
function toE164(international: string): string {
  if (!isPhone(international)) return international;
  const phone = parsePhoneNumberFromString(international);
  if (!phone?.isPossible() || phone.number === international) return international;
  return toE164(phone.number);
}
