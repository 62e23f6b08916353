import {
  codeRules,
  dateRules,
  emailRules,
  nameRules,
  plainTextRules,
  type Rule,
} from '../common/validation/fields.js';
import type { EDITABLE } from './customer-changes.js';
import { COUNTRIES, LANGUAGES } from './iso-codes.js';

export const EARLIEST_DOB = '1900-01-01';

interface FieldRules {
  rules: readonly Rule[];
  /** Brings a text into canonical form before the rules run. */
  prepare?: (value: string) => string;
}

/** Letters of ASCII alone: the upper case of ß is SS. */
function folding(fold: (value: string) => string): (value: string) => string {
  return (value) => (/^[A-Za-z]+$/.test(value) ? fold(value) : value);
}

/** What each field may hold, in the body of a request and in a file alike. */
export const customerRules = {
  external_id: { rules: plainTextRules(1, 64) },
  name: { rules: nameRules },
  email: { rules: emailRules },
  dob: { rules: dateRules(EARLIEST_DOB) },
  country: {
    rules: codeRules(COUNTRIES, 'must be a country by ISO 3166-1 alpha-2, such as GB'),
    prepare: folding((value) => value.toUpperCase()),
  },
  language: {
    rules: codeRules(LANGUAGES, 'must be a language by ISO 639-1, such as en'),
    prepare: folding((value) => value.toLowerCase()),
  },
} as const satisfies Record<(typeof EDITABLE)[number], FieldRules>;
