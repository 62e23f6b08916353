/** Formats of single values, each with its error text. Independent of any framework. */

export const USERNAME_DETAIL = 'must be 3 to 50 letters, digits, dots, underscores or hyphens';
const USERNAME = /^[A-Za-z0-9._-]{3,50}$/;

export function isUsername(value: string): boolean {
  return USERNAME.test(value);
}

export const EMAIL_DETAIL = 'must be an e-mail address of at most 254 characters';

/** A known limitation, for the descriptions of e-mail addresses. */
export const DOMAIN_SPELLINGS =
  'The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.';

/** Invisible characters, such as U+3164 and U+FE0F. With them, two addresses could look the same. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * RFC 5321 mailbox: a dot-string of RFC 5322 atoms (also beyond ASCII, RFC 6531), and a domain of
 * at least two labels. The last label must not be a number, as in an IP address. Quoted local parts and
 * address literals are rejected, because nobody uses them.
 */
const EMAIL =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[^\s@."(),:;<>[\\\]\p{C}]+(?:\.[^\s@."(),:;<>[\\\]\p{C}]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(?!\p{N}+$)[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])$/u;

export function isEmail(value: string): boolean {
  if (!EMAIL.test(value) || INVISIBLE.test(value)) return false;
  // Host names have no full-width letters and are in NFC, RFC 5891 section 4.2.
  const domain = value.slice(value.indexOf('@'));
  return domain.normalize('NFKC') === domain && Buffer.byteLength(value) <= 254;
}

export const UUID_DETAIL = 'must be a UUID, such as 01890a5d-ac96-774b-bcce-b302099a8057';

export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}

/** A date of the Gregorian calendar as `YYYY-MM-DD`. Neither the database nor `Date` parses it. */
export function isCalendarDate(value: string): boolean {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year === 0) return false; // ISO 8601 has one, PostgreSQL and the calendar have not
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeapYear ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export const INSTANT_DETAIL = 'must be an RFC 3339 time, such as 2026-11-20T07:00:00Z';

/** @returns the time in UTC with milliseconds, or undefined if the text is not RFC 3339 */
export function toInstant(value: string): string | undefined {
  const match =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$/i.exec(
      value,
    );
  if (!match || !isCalendarDate(match[1] ?? '')) return undefined;
  const moment = new Date(value.toUpperCase());
  // With its offset, the year can be outside the range of four digits and of PostgreSQL.
  return /^(?!0000)[0-9]{4}-/.test(moment.toISOString()) ? moment.toISOString() : undefined;
}

/** The current date in UTC, `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/**
 * Whether a text has only white space and invisible characters: controls, format characters such as
 * U+200B, fillers, and U+2800, a Braille pattern without dots.
 */
export function isBlank(value: string): boolean {
  return !/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/u.test(value);
}

/** Whether a name has only characters that are visible on one line. */
export function isOneLine(value: string): boolean {
  return value.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

/** PostgreSQL stores no NUL, and a lone surrogate would silently become U+FFFD. */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** The length in code points, not UTF-16 units. */
export function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** Converts the digits of all scripts, including full-width digits, to 0 to 9. */
export function foldDigits(value: string): string {
  return value.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // The ten digits of a script are consecutive and start at a code point that ends in 0 or 6.
    const start = code - (code % 16);
    const zero = /\p{Nd}/u.test(String.fromCodePoint(start)) ? start : start + 6;
    return String(code - zero);
  });
}

/** Normalizes a typed code of digits: any script, with blanks or dashes. */
export function cleanCode(typed: string): string {
  return withoutSeparators(foldDigits(typed));
}

/**
 * Removes the blanks and dashes of a code. The minus sign and the prolonged sound mark of Japanese
 * keyboards count as dashes.
 */
export function withoutSeparators(text: string): string {
  return text.replace(/[\s\p{Cf}\p{Pd}\u2212\u30fc]/gu, '');
}
