import type { FieldErrorCode } from '../errors/catalogue.js';
import {
  codePoints,
  EMAIL_DETAIL,
  isBlank,
  isCalendarDate,
  isEmail,
  isOneLine,
  isStorableText,
  today,
} from './formats.js';

/** A rule for a text. Its error has this code. */
export interface Rule {
  code: FieldErrorCode;
  detail: string;
  accepts: (value: string) => boolean;
}

const storable: Rule = {
  code: 'characters',
  detail: 'must be well-formed Unicode without NUL',
  accepts: isStorableText,
};

function lengthRule(minimum: number, maximum: number): Rule {
  return {
    code: 'length',
    detail: `must be ${minimum} to ${maximum} characters long`,
    accepts: (value) => {
      if (value.length < minimum) return false;
      const length = value.length <= maximum ? value.length : codePoints(value);
      return length <= maximum && (minimum <= 1 || codePoints(value) >= minimum);
    },
  };
}

export const blankRule: Rule = {
  code: 'blank',
  detail: 'must not be blank',
  accepts: (value) => !isBlank(value),
};

/** The rules for the name of a person, product or company. */
export const nameRules: readonly Rule[] = nameRulesUpTo(200);

export function nameRulesUpTo(maximum: number): readonly Rule[] {
  const detail = 'must be well-formed Unicode without control characters';
  return [blankRule, { code: 'characters', detail, accepts: isOneLine }, lengthRule(1, maximum)];
}

export const emailRules: readonly Rule[] = [
  { code: 'format', detail: EMAIL_DETAIL, accepts: isEmail },
];

export function plainTextRules(minimum: number, maximum: number): readonly Rule[] {
  return [storable, lengthRule(minimum, maximum)];
}

export function codeRules(codes: ReadonlySet<string>, detail: string): readonly Rule[] {
  return [{ code: 'enum', detail, accepts: (value) => codes.has(value) }];
}

/** The rules for a calendar date from `earliest` to today in UTC. */
export function dateRules(earliest: string): readonly Rule[] {
  return [
    { code: 'date', detail: 'must be a calendar date, YYYY-MM-DD', accepts: isCalendarDate },
    {
      code: 'range',
      detail: `must be from ${earliest} to today`,
      accepts: (value) => !isCalendarDate(value) || (value >= earliest && value <= today()),
    },
  ];
}
