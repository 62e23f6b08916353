import {
  blankRule,
  codeRules,
  dateRules,
  emailRules,
  nameRules,
  plainTextRules,
  type Rule,
} from '../common/validation/rules.js';
import { DOMAIN_SPELLINGS } from '../common/validation/formats.js';
import { isPhone, normalizePhone, PHONE_DETAIL, PHONE_LIMITS } from '../common/validation/phone.js';
import { COUNTRIES, LANGUAGES } from './iso-codes.js';
import { isMetadataText, METADATA_DETAIL } from './metadata.js';
import type { Metadata } from './metadata.js';

/** A field that clients set. It has the same name in the API and in the table. */
interface FieldDefinition {
  /** The type of the column in PostgreSQL. */
  type: 'text' | 'date' | 'jsonb';
  /**
   * The rules for a value, in the body of a request and in a file. For `jsonb` these rules check the text
   * in a file; metadata.ts has the rules for the body.
   */
  rules: readonly Rule[];
  /** Converts a text to its canonical form before the rules run. */
  prepare?: (value: string) => string;
  /** Each customer has at least one of the fields with this flag. */
  identifies?: true;
  /** `q` searches this field. */
  isSearched?: true;
  /** A value may begin with any character, so a spreadsheet could read it as a formula. */
  isFreeText?: true;
  /** The schema of the field in the OpenAPI document, for requests and responses. */
  schema: { description: string; example: unknown; format?: string };
  /** Additions to the schema of a request. */
  limits?: { format?: string; minLength?: number; maxLength?: number; pattern?: string };
}

const EARLIEST_DOB = '1900-01-01';

/**
 * The fields of a customer, in the order of the API. Statements, history, erasure, export, import and
 * demo data are derived from this list. To add a field, add it here, in CustomerColumns, in the two DTO
 * classes and in a migration.
 */
export const CUSTOMER_FIELDS = {
  external_id: {
    type: 'text',
    rules: [blankRule, ...plainTextRules(1, 64)],
    identifies: true,
    isFreeText: true,
    schema: { description: 'The id in another system; unique.', example: 'C-2001' },
    limits: { minLength: 1, maxLength: 64 },
  },
  name: {
    type: 'text',
    rules: nameRules,
    identifies: true,
    isSearched: true,
    isFreeText: true,
    schema: { description: 'The full name, stored as sent.', example: 'Ada Lovelace' },
    limits: { minLength: 1, maxLength: 200 },
  },
  email: {
    type: 'text',
    rules: emailRules,
    identifies: true,
    isSearched: true,
    isFreeText: true,
    schema: {
      description: `Unique. Case does not matter. Stored as sent. ${DOMAIN_SPELLINGS}`,
      example: 'ada@example.com',
    },
    limits: { format: 'email', maxLength: 254 },
  },
  dob: {
    type: 'date',
    rules: dateRules(EARLIEST_DOB),
    schema: {
      description: `Date of birth, from ${EARLIEST_DOB} to today in UTC.`,
      example: '1990-04-30',
      format: 'date',
    },
  },
  country: {
    type: 'text',
    rules: codeRules(COUNTRIES, 'must be a country by ISO 3166-1 alpha-2, such as GB'),
    prepare: foldingCase((value) => value.toUpperCase()),
    schema: { description: 'ISO 3166-1 alpha-2, in any case.', example: 'GB' },
    limits: { pattern: '^[A-Za-z]{2}$' },
  },
  language: {
    type: 'text',
    rules: codeRules(LANGUAGES, 'must be a language by ISO 639-1, such as en'),
    prepare: foldingCase((value) => value.toLowerCase()),
    schema: { description: 'ISO 639-1, in any case.', example: 'en' },
    limits: { pattern: '^[A-Za-z]{2}$' },
  },
  phone: {
    type: 'text',
    rules: [{ code: 'format', detail: PHONE_DETAIL, accepts: isPhone }],
    prepare: normalizePhone,
    isSearched: true,
    isFreeText: true,
    schema: {
      description:
        'A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept.',
      example: '+4915123456789',
    },
    limits: PHONE_LIMITS,
  },
  metadata: {
    type: 'jsonb',
    rules: [{ code: 'format', detail: METADATA_DETAIL, accepts: isMetadataText }],
    schema: {
      description:
        'Your own keys and values: at most 50 keys of 1 to 40 characters ' +
        '(letters, digits, _ . -), each with a text of 1 to 500 characters. A body has at most ' +
        '64 KiB, so use several PATCH requests for more.',
      example: { plan: 'gold' },
    },
  },
} as const satisfies Record<string, FieldDefinition>;

export type CustomerField = keyof typeof CUSTOMER_FIELDS;

/** The values of all fields. */
export type CustomerFields = Record<Exclude<CustomerField, 'metadata'>, string | null> & {
  metadata: Metadata | null;
};

export const FIELD_NAMES = Object.keys(CUSTOMER_FIELDS) as readonly CustomerField[];

export function definitionOf(field: CustomerField): FieldDefinition {
  return CUSTOMER_FIELDS[field];
}

export const IDENTIFYING_FIELDS = FIELD_NAMES.filter((field) => definitionOf(field).identifies);

export const SEARCHED_FIELDS = FIELD_NAMES.filter((field) => definitionOf(field).isSearched);

/** A customer with a value in every field, for examples in the OpenAPI document. */
export const EXAMPLE_FIELDS = Object.fromEntries(
  FIELD_NAMES.map((field) => [field, CUSTOMER_FIELDS[field].schema.example]),
) as { [Field in CustomerField]: (typeof CUSTOMER_FIELDS)[Field]['schema']['example'] };

/** Changes the case of ASCII letters only, because the upper case of ß is SS. */
function foldingCase(fold: (value: string) => string): (value: string) => string {
  return (value) => (/^[A-Za-z]+$/.test(value) ? fold(value) : value);
}
