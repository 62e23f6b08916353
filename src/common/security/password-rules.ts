import type { FieldErrorCode } from '../errors/catalogue.js';
import { codePoints, isBlank, isStorableText } from '../validation/formats.js';
import { isPhone, normalizePhone } from '../validation/phone.js';
import { isCommonPassword } from './common-passwords.js';

const MAXIMUM_LENGTH = 128;

/**
 * Checks a new password by NIST SP 800-63B-4 section 3.1.1: length and guessability count, composition
 * does not.
 *
 * @param context the names and addresses of the account. The password must not equal any of them, or be
 *   a common password, in upper or lower case.
 * @returns the error, or undefined for a valid password
 */
export function passwordWeakness(
  password: string,
  minimumLength: number,
  context: readonly (string | null | undefined)[],
): { code: FieldErrorCode; detail: string } | undefined {
  if (!isStorableText(password)) {
    return { code: 'characters', detail: 'must be well-formed Unicode without NUL' };
  }
  if (isBlank(password)) return { code: 'blank', detail: 'must not be blank' };
  const normalized = normalizePassword(password);
  const length = codePoints(normalized);
  if (length < minimumLength || length > MAXIMUM_LENGTH) {
    return {
      code: 'length',
      detail: `must be ${minimumLength} to ${MAXIMUM_LENGTH} characters long`,
    };
  }
  const folded = normalized.toLowerCase();
  if (isCommonPassword(folded)) {
    return { code: 'common_password', detail: 'must not be one of the most common passwords' };
  }
  const names = context.flatMap((name) =>
    name ? [name, name.split('@')[0] ?? name, name.replace(/^\+/, '')] : [],
  );
  // A mobile number is stored in one spelling, but typed in many.
  const phone = normalizePhone(normalized);
  if (
    names.some((name) => normalizePassword(name).toLowerCase() === folded) ||
    (isPhone(phone) && context.includes(phone))
  ) {
    return { code: 'common_password', detail: "must not be the account's own name or address" };
  }
  return undefined;
}

/** Normalizes a password to NFKC, so that it is the same from all keyboards. Does not trim it. */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}
