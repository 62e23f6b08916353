import { editDistance } from '../../../common/validation/edit-distance.js';
import { FIELD_NAMES } from '../../customer-fields.js';

/** Other names of the fields in files. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  external_id: ['customer id'],
  name: ['full name'],
  email: ['e-mail', 'email address', 'e-mail address'],
  dob: ['date of birth', 'birthdate', 'birth date', 'birthday'],
  phone: ['phone number', 'mobile'],
  country: ['country code'],
  language: ['locale'],
};

/** Ignored columns: the server sets them, or earlier systems wrote them. */
const IGNORED = ['created_at', 'updated_at', 'version', 'timestamp'];

/** Longer texts are not normalized, because many accents take quadratic time. */
export const LONGEST_NORMALIZED = 256;

export const FIRST_NAME = folded('first name');
export const LAST_NAME = folded('last name');
export const MIDDLE_NAME = folded('middle name');
export const ID = 'id';

/**
 * Folds a header for the comparison: one form of Unicode, without case, blanks, `_`, `.`, dashes,
 * invisible characters, and the `*` with which templates mark required columns.
 */
export function folded(header: string): string {
  const normal = header.length > LONGEST_NORMALIZED ? header : header.normalize('NFC');
  return normal.toLowerCase().replace(/[\s_.*\p{Cf}\p{Pd}]/gu, '');
}

const FIELDS_BY_ALIAS: ReadonlyMap<string, string> = new Map(
  FIELD_NAMES.flatMap((field) =>
    [field, ...(ALIASES[field] ?? [])].map((alias) => [folded(alias), field] as const),
  ),
);

const IGNORED_HEADERS: ReadonlySet<string> = new Set(IGNORED.map(folded));

/** The folded names of all columns that have a meaning. */
export const COLUMN_NAMES: readonly string[] = [
  ...FIELDS_BY_ALIAS.keys(),
  ...IGNORED_HEADERS,
  ID,
  FIRST_NAME,
  MIDDLE_NAME,
  LAST_NAME,
];

/** @returns the field for a header, or undefined; OData and GraphQL begin names of their own with `__` */
export function fieldOf(header: string): string | undefined {
  return header.startsWith('__') ? undefined : FIELDS_BY_ALIAS.get(folded(header));
}

const LONGEST_ALIAS = 20;

/** Whether a value is the name of a column. Does not fold it, because each row has a value. */
export function isNameOfColumn(value: string): boolean {
  return (
    value.length <= LONGEST_ALIAS && FIELDS_BY_ALIAS.has(value.toLowerCase().replaceAll(' ', ''))
  );
}

export function isIgnored(header: string): boolean {
  return IGNORED_HEADERS.has(folded(header));
}

/** Whether a header is the first or the last name. */
export function isNamePart(header: string): boolean {
  const name = folded(header);
  return name === FIRST_NAME || name === LAST_NAME;
}

/** @returns a field whose name or alias is similar to an unknown header */
export function fieldLike(header: string): string | undefined {
  const name = folded(header);
  for (const [alias, field] of FIELDS_BY_ALIAS) {
    if (editDistance(name, alias) <= (alias.length > 4 ? 2 : 1)) return field;
  }
  for (const [alias, field] of FIELDS_BY_ALIAS) {
    if (alias.length > 2 && name.includes(alias)) return field;
  }
  return undefined;
}
