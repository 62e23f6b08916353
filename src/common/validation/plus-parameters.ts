import { type FieldOptions, plainTextRules, type Rule, TextField } from './fields.js';
import { INSTANT_DETAIL, toInstant } from './formats.js';
import { isPhone, normalizePhone, PHONE_DETAIL } from './phone.js';

/**
 * Parameters of a query whose values may contain a +. One that is not percent-encoded arrives as a
 * blank. Each of them then says so: an e-mail or a phone would otherwise silently match nothing.
 */

const ADVICE = 'the + arrived as a blank, write %2B in a URL';

export function InstantParameter(options: FieldOptions = {}): PropertyDecorator {
  const isInstant = (value: string) => toInstant(value) !== undefined;
  const hasLostPlus = (value: string) => value.includes(' ') && isInstant(value.replace(' ', '+'));
  return TextField(
    rulesOf('date', INSTANT_DETAIL, isInstant, hasLostPlus),
    { format: 'date-time', example: '2026-11-20T07:00:00.000Z', ...options },
    (value) => toInstant(value) ?? value,
  );
}

/** Any text is compared, but no e-mail contains a blank. */
export function EmailParameter(options: FieldOptions = {}): PropertyDecorator {
  const hasLostPlus = (value: string) => / .*@/s.test(value);
  return TextField([...plainTextRules(1, 254), ...rulesOf('format', '', () => true, hasLostPlus)], {
    minLength: 1,
    maxLength: 254,
    ...options,
  });
}

/** A country code begins with no 0, so other numbers may begin with a blank. */
export function PhoneParameter(options: FieldOptions = {}): PropertyDecorator {
  const hasLostPlus = (value: string) => /^ +[1-9]/.test(value);
  return TextField(rulesOf('format', PHONE_DETAIL, isPhone, hasLostPlus), options, (value) =>
    hasLostPlus(value) ? value : normalizePhone(value),
  );
}

/** Two rules, of which at most one fails. */
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
