/** Formats of single values, free of any framework, with the sentence that describes each. */

export const USERNAME_DETAIL = 'must be 3 to 50 letters, digits, dots, underscores or hyphens';
const USERNAME = /^[A-Za-z0-9._-]{3,50}$/;

export function isUsername(value: string): boolean {
  return USERNAME.test(value);
}

export const EMAIL_DETAIL = 'must be an e-mail address of at most 254 characters';

/** Characters that nobody sees, such as U+3164 and U+FE0F: two addresses would look like one. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * RFC 5321 mailbox: a dot-string of RFC 5322 atoms (also beyond ASCII, RFC 6531), and a domain of
 * at least two labels, the last of which is no number: it would be an IP address. Quoted local parts
 * and address literals exist on paper only and are refused.
 */
const EMAIL =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[^\s@."(),:;<>[\\\]\p{C}]+(?:\.[^\s@."(),:;<>[\\\]\p{C}]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(?!\p{N}+$)[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])$/u;

export function isEmail(value: string): boolean {
  if (!EMAIL.test(value) || INVISIBLE.test(value)) return false;
  // The domain of no host has full-width letters or another normal form, RFC 5891 section 4.2.
  const domain = value.slice(value.indexOf('@'));
  return domain.normalize('NFKC') === domain && Buffer.byteLength(value) <= 254;
}

export const UUID_DETAIL = 'must be a UUID, such as 01890a5d-ac96-774b-bcce-b302099a8057';

export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}

/** A date of the Gregorian calendar as `YYYY-MM-DD`; never parsed by the database or by `Date`. */
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

export const INSTANT_DETAIL = 'must be a time by RFC 3339, such as 2026-11-20T07:00:00Z';

/** @returns the moment in UTC with milliseconds, or undefined when it is not RFC 3339 */
export function toInstant(value: string): string | undefined {
  const match =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$/i.exec(
      value,
    );
  if (!match || !isCalendarDate(match[1] ?? '')) return undefined;
  const moment = new Date(value.toUpperCase());
  // An offset can lead out of the years that four digits and PostgreSQL can tell.
  return /^(?!0000)[0-9]{4}-/.test(moment.toISOString()) ? moment.toISOString() : undefined;
}

/** The current date in UTC, `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/**
 * Nothing but white space and characters that are invisible everywhere: controls, formats such as
 * U+200B, fillers, and U+2800, a Braille pattern without dots.
 */
export function isBlank(value: string): boolean {
  return !/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/u.test(value);
}

/** Whether a name shows all of its characters on one line. */
export function isOneLine(value: string): boolean {
  return value.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

/** PostgreSQL stores no NUL, and a lone surrogate would silently become U+FFFD. */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** Length in code points: what a person counts, not UTF-16 units. */
export function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** Writes digits of every script, full-width ones included, as 0 to 9. */
export function foldDigits(value: string): string {
  return value.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // The ten digits of a script are consecutive and start at a code point that ends in 0 or 6.
    const start = code - (code % 16);
    const zero = /\p{Nd}/u.test(String.fromCodePoint(start)) ? start : start + 6;
    return String(code - zero);
  });
}

/** A code of digits as a person types it: in any script, with blanks or dashes. */
export function cleanCode(typed: string): string {
  return withoutSeparators(foldDigits(typed));
}

/**
 * Without the blanks and dashes that make a code easier to read. The minus sign and the prolonged
 * sound mark, which Japanese keyboards type for a dash, are dashes too.
 */
export function withoutSeparators(text: string): string {
  return text.replace(/[\s\p{Cf}\p{Pd}\u2212\u30fc]/gu, '');
}
