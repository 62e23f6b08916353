import type { Rule } from '../../../common/validation/rules.js';
import { type CustomerField, definitionOf } from '../../customer-fields.js';
import type { ImportOptions } from '../import-options.js';
import type { RowProblem } from '../reading/record.js';
import type { CodeNames } from './code-names.js';
import { countryCodes, isOtherCountry } from './country-codes.js';
import { damageOf } from './damage.js';
import { hasNoYear, hasOtherTime, parseDate } from './dates.js';
import { languageCodes } from './language-codes.js';
import { hasExtension, hasSeveralNumbers, numberIn } from './phone-texts.js';

export type ValueProblem = Omit<RowProblem, 'field'>;

/** A value in its canonical form; null for a missing value. */
export type Converted = { value: string | null } | { problem: ValueProblem };

/** The names of countries or languages must be loaded before the row can be read. */
export class NamesMissing extends Error {
  constructor(readonly names: CodeNames) {
    super();
  }
}

interface Codes {
  names: CodeNames;
  fromCode(text: string): string | undefined;
}

const CODES: Readonly<Record<string, Codes>> = { country: countryCodes, language: languageCodes };

/**
 * Converts the text of a cell, which is not empty, to the canonical form of the field and checks it.
 *
 * @throws NamesMissing
 */
export function convert(field: CustomerField, text: string, options: ImportOptions): Converted {
  const damage = damageOf(field, text);
  if (damage) return { problem: damage };
  if (field === 'dob') return convertDate(text, options);
  const codes = CODES[field];
  if (codes) return check(field, codeOf(codes, text.replace(/\p{Cf}/gu, '')));
  if (field === 'phone') return convertPhone(text);
  return field === 'email' ? convertEmail(text) : check(field, text);
}

function convertPhone(text: string): Converted {
  if (hasSeveralNumbers(text)) return { problem: { code: 'format', detail: SEVERAL_NUMBERS } };
  const converted = check('phone', numberIn(text));
  const isDialled = 'problem' in converted && hasExtension(text);
  return isDialled ? { problem: { code: 'format', detail: EXTENSION } } : converted;
}

const SEVERAL_NUMBERS = 'must be one telephone number on one line; leave out the others';

const EXTENSION = 'must be a telephone number without an extension; keep it in a column of its own';

function convertEmail(text: string): Converted {
  const converted = check('email', text);
  if ('value' in converted) return converted;
  const address = addressIn(text);
  const checked = address === text ? converted : check('email', address);
  const isSeveral = 'problem' in checked && /@.*@/s.test(address);
  return isSeveral ? { problem: { code: 'format', detail: SEVERAL_ADDRESSES } } : checked;
}

/**
 * Address books write `Zoe Mora <zoe@example.com>`, `mailto:zoe@example.com`, a `;` after each address,
 * and 'zoe@example.com' in single quotes.
 */
function addressIn(text: string): string {
  const bare = text
    .replace(/(?<![\s;,])[\s;,]+$/, '')
    .replace(/^'([^']*)'$/, '$1')
    .replace(/^[^#]*#mailto:([^#]+)#$/i, '$1'); // a hyperlink of Access
  const [, name = '', inner = ''] = /^([^<>]*)<([^<>]+)>$/.exec(bare) ?? [];
  const address = inner.replace(SCHEME, '');
  const isOne = address !== '' && !name.replace(address, '').includes('@');
  return (isOne ? address : bare).replace(SCHEME, '');
}

const SCHEME = /^(?:mailto|smtp):/i;

const SEVERAL_ADDRESSES =
  'must be one e-mail address of at most 254 characters; leave out the others';

function convertDate(text: string, { dateFormat }: ImportOptions): Converted {
  const date = parseDate(text, dateFormat);
  if (date === null) return { value: null };
  const checked = date === undefined ? undefined : check('dob', date);
  if (checked && 'value' in checked) return checked;
  if (hasNoYear(text)) return { problem: { code: 'date', detail: NO_YEAR } };
  if (checked) return checked;
  if (hasOtherTime(text)) return { problem: { code: 'date', detail: OTHER_TIME } };
  const [rule] = definitionOf('dob').rules;
  const detail =
    dateFormat === 'iso'
      ? `${rule?.detail}; date_format sets another format: dmy, mdy, ymd or excel`
      : `must be a date in the format date_format=${dateFormat}, such as ${EXAMPLES[dateFormat]}`;
  return { problem: { code: 'date', detail: detail + invisibles(text) } };
}

const OTHER_TIME =
  'must be a date without a time of day, or at midnight; a date is never shifted by a time zone';

const NO_YEAR =
  'must have a day, a month and a year; columns=HEADER:metadata.birthday keeps birthdays without a year';

const EXAMPLES = { dmy: '30.4.1990', mdy: '4/30/1990', ymd: '1990/04/30', excel: '32993' } as const;

function codeOf(codes: Codes, text: string): string {
  const { names } = codes;
  const code = codes.fromCode(text);
  if (code !== undefined) return code;
  if (!names.isLoaded) throw new NamesMissing(names);
  return (
    names.find(text) ??
    withoutAddition(codes, text) ??
    codeOfPair(codes, text) ??
    names.find(text.replace(FORM_OF_STATE, '')) ??
    text
  );
}

/** Republic of Poland, Hashemite Kingdom of Jordan. The Republic of China is not China. */
const FORM_OF_STATE =
  /^(?:the )?(?:[a-z']+ ){0,3}(?:republic|kingdom|principality|sultanate|grand duchy) of (?:the )?(?!china$)/i;

/** English (US), Chinese (Simplified), UK (United Kingdom), German / Deutsch, Guinea (Papua New) */
function withoutAddition(codes: Codes, text: string): string | undefined {
  const { names } = codes;
  const first = text.replace(/ \/ .*$/s, '');
  const [, short = first, addition = ''] = /^(.*\S)\s*[(（]([^()（）]*)[)）]$/s.exec(first) ?? [];
  const turned = addition === '' ? undefined : names.find(`${addition} ${short}`);
  const code = turned ?? names.find(short) ?? codes.fromCode(short);
  return codes === countryCodes && isOtherCountry(code, addition) ? undefined : code;
}

/** The patterns take quadratic time. */
const LONGEST_PAIR = 100;

/** DE - Germany, GB: United Kingdom, Suomi/Finland, English - United Kingdom */
function codeOfPair(codes: Codes, text: string): string | undefined {
  return codes === languageCodes ? languageOfPair(text) : countryOfPair(text);
}

/** Both parts have to mean the same country. DE - BE does not. */
function countryOfPair(text: string): string | undefined {
  if (text.length > LONGEST_PAIR) return undefined;
  for (const separator of PAIRS) {
    const [, first = '', second = ''] = separator.exec(text) ?? [];
    const code = meaningOf(countryCodes, first);
    if (code !== undefined && code === meaningOf(countryCodes, second)) return code;
  }
  return undefined;
}

/** The parts may have any separator if one of them is a code. */
const PAIRS = [
  /^([^/|:,;]+)[/|:,;]([^/|:,;]+)$/,
  /^(.+) [-\u2013] (.+)$/,
  /^[^\p{L}]*(\p{L}{2,3})[^\p{L}]+(.+)$/u,
  /^(.+?)[^\p{L}]+(\p{L}{2,3})[^\p{L}]*$/u,
];

/** The second part is a country or a script. English - French are two languages. */
function languageOfPair(text: string): string | undefined {
  const [first, second, ...others] = text.split(/ [-\u2013] /);
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const code = meaningOf(languageCodes, first);
  const other = languageCodes.names.find(second);
  return other === undefined || other === code ? code : undefined;
}

function meaningOf(codes: Codes, text: string): string | undefined {
  return codes.fromCode(text.trim()) ?? codes.names.find(text);
}

function check(field: CustomerField, text: string): Converted {
  const { rules, prepare } = definitionOf(field);
  const value = prepare ? prepare(text) : text;
  const broken = rules.find((rule: Rule) => !rule.accepts(value));
  if (!broken) return { value };
  return { problem: { code: broken.code, detail: broken.detail + invisibles(text) } };
}

/** Describes invisible characters in a value, because the problem does not contain the value. */
function invisibles(text: string): string {
  const [character] = /[\p{Cf}\p{Cc}]/u.exec(text) ?? /\p{Zs}/u.exec(text) ?? [];
  if (character === undefined) return '';
  if (character === ' ') return '; it contains a blank';
  if (character === '\n' || character === '\r') return '; it contains a line break';
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `; it contains an invisible character, U+${code}`;
}
