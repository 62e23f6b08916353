import { type FieldOptions, TextField } from './fields.js';
import { plainTextRules, type Rule } from './rules.js';
import { INSTANT_DETAIL, toInstant } from './formats.js';
import { isPhone, normalizePhone, PHONE_DETAIL, PHONE_LIMITS } from './phone.js';

/**
 * Query parameters whose values may contain a +. A + that is not percent-encoded arrives as a blank.
 * These parameters report that, because such an e-mail or phone would silently match nothing.
 */

const ADVICE = 'the + was decoded as a blank; encode it as %2B';

export function InstantParameter(options: FieldOptions = {}): PropertyDecorator {
  const isInstant = (value: string) => toInstant(value) !== undefined;
  const hasLostPlus = (value: string) => value.includes(' ') && isInstant(value.replace(' ', '+'));
  return TextField(
    rulesOf('date', INSTANT_DETAIL, isInstant, hasLostPlus),
    { format: 'date-time', example: '2026-11-20T07:00:00.000Z', ...options },
    (value) => toInstant(value) ?? value,
  );
}

/** Accepts any text without a blank, because no e-mail contains one. */
export function EmailParameter(options: FieldOptions = {}): PropertyDecorator {
  const hasLostPlus = (value: string) => / .*@/s.test(value);
  return TextField([...plainTextRules(1, 254), ...rulesOf('format', '', () => true, hasLostPlus)], {
    minLength: 1,
    maxLength: 254,
    ...options,
  });
}

/** Only a blank before a country code was a +, and no country code begins with 0. */
export function PhoneParameter(options: FieldOptions = {}): PropertyDecorator {
  const hasLostPlus = (value: string) => /^ +[1-9]/.test(value);
  return TextField(
    rulesOf('format', PHONE_DETAIL, isPhone, hasLostPlus),
    { ...PHONE_LIMITS, ...options },
    (value) => (hasLostPlus(value) ? value : normalizePhone(value)),
  );
}

/** Returns two rules. At most one of them fails. */
function rulesOf(
  code: Rule['code'],
  detail: string,
  accepts: (value: string) => boolean,
  hasLostPlus: (value: string) => boolean,
): readonly Rule[] {
  return [
    { code, detail, accepts: (value) => accepts(value) || hasLostPlus(value) },
    { code, detail: ADVICE, accepts: (value) => !hasLostPlus(value) },
  ];
}
