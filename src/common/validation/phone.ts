import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { foldDigits } from './formats.js';

export const PHONE_DETAIL = 'must be 6 to 15 digits with an optional + in front';

/** Longer texts are refused as they are: no number has so many separators. */
const LONGEST_INPUT = 64;
/** `+00` is a mix of the two that people write. No country code begins with 0. */
const INTERNATIONAL = /^(\+?(?:00)+|\+)/;
/** Spaces, invisible characters, brackets, dots, slashes and every kind of dash. */
const SEPARATORS = /[\s\p{Cf}\p{Pd}\u2212\u30fc().[\]/]/gu;

/**
 * Gives the ways to write one telephone number one form. A number with a country code becomes
 * E.164: `+49 (0)151 234567`, `0049 151 234567` and `+49151234567` are the same. A number without
 * one is kept as digits, because its country is not known. Other texts fail {@link isPhone}.
 */
export function normalizePhone(value: string): string {
  if (value.length > LONGEST_INPUT) return value;
  const folded = foldDigits(value).replace(/[\s\p{Cf}]/gu, '');
  const bare = folded.replace(SEPARATORS, '');
  if (!INTERNATIONAL.test(bare)) return bare;
  // (0) is the trunk prefix, which is dialled only within the country.
  const withoutTrunk = folded.replace('(0)', '').replace(SEPARATORS, '');
  return toE164(
    (INTERNATIONAL.test(withoutTrunk) ? withoutTrunk : bare).replace(INTERNATIONAL, '+'),
  );
}

export function isPhone(normalized: string): boolean {
  return /^\+?[0-9]{6,15}$/.test(normalized);
}

/**
 * Leaves a number of an unknown country code or of an impossible length as it is. It repeats because
 * the library removes one trunk prefix at a time: `+49 00151` would otherwise have two forms.
 */
function toE164(international: string): string {
  if (!isPhone(international)) return international;
  const phone = parsePhoneNumberFromString(international);
  if (!phone?.isPossible() || phone.number === international) return international;
  return toE164(phone.number);
}
