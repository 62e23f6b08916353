import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { SYSTEM_CASES } from './system-cases.ts';

/** A file as another system or a spreadsheet writes it, and the expected result of its import. */
export interface FieldCase {
  title: string;
  file: string;
  query?: Readonly<Record<string, string>>;
  charset?: string;
  /** The content of a CSV file that is imported first. */
  setup?: string;
  /** The relevant fields of all customers afterwards, sorted by external id and name. */
  customers?: readonly Readonly<Record<string, unknown>>[];
  /** Counts and other members of the import. */
  result?: Readonly<Record<string, unknown>>;
  /** The error code of the import, and text in its detail or in that of a problem. */
  failure?: { code: string; says?: RegExp };
  /** Problems that must be among those listed. */
  errors?: readonly Readonly<Record<string, unknown>>[];
}

const FILES = join(import.meta.dirname, 'files');

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
};

export function pathOf({ file }: FieldCase): string {
  return join(FILES, file);
}

export function contentOf(fieldCase: FieldCase): Buffer {
  return readFileSync(pathOf(fieldCase));
}

export function mediaTypeOf({ file, charset }: FieldCase): string {
  const type = MEDIA_TYPES[extname(file)] ?? 'text/csv';
  return charset === undefined ? type : `${type}; charset=${charset}`;
}

export function expectedResult({ failure, result }: FieldCase): Record<string, unknown> {
  const outcome = failure
    ? { status: 'failed', created: 0, updated: 0, error: { code: failure.code } }
    : { status: 'succeeded', failed: 0, error: null };
  return { ...outcome, ...result };
}

const ZOE = { name: 'Zoe Mora' };

/** Returns customers in the order in which the cases list them. */
export const STORED = `SELECT external_id, name, email, dob::text, country, language, phone, metadata
  FROM customers WHERE deleted_at IS NULL ORDER BY external_id, name`;

export const FIELD_CASES: readonly FieldCase[] = [
  ...SYSTEM_CASES,
  {
    title: 'lines that end in CR alone',
    file: 'cr-only.csv',
    customers: [{ name: 'Ada Lund' }, ZOE],
  },
  {
    title: 'a single line of values without a header',
    file: 'one-line.csv',
    failure: { code: 'malformed_file', says: /"Zoe Mora".*fields are external_id/ },
  },
  {
    title: 'HTML saved as CSV',
    file: 'html.csv',
    failure: { code: 'malformed_file', says: /looks like HTML/ },
  },
  {
    title: 'two files joined, with their columns in another order',
    file: 'joined.csv',
    query: { on_error: 'skip' },
    failure: { code: 'malformed_file', says: /Line 3 is another header/ },
  },
  {
    title: 'invalid rows only, with skip',
    file: 'all-refused.csv',
    query: { on_error: 'skip' },
    failure: { code: 'nothing_imported' },
  },
  {
    title: 'a thousand rows with an unknown column',
    file: 'flood.csv',
    failure: { code: 'columns_refused', says: /"note"/ },
    errors: [{ line: 1, code: 'unknown_field', field: 'note' }],
  },
  {
    title: 'invalid values and many unknown columns',
    file: 'hidden-errors.csv',
    query: { on_error: 'skip' },
    failure: { code: 'columns_refused' },
    errors: [
      { line: 1, code: 'unknown_field', field: 'u20' },
      { line: 2, code: 'format', field: 'email' },
      { line: 2, code: 'date', field: 'dob' },
    ],
  },
  { title: 'headers in title case', file: 'title-case.csv', result: { created: 1 } },
  { title: 'spaces in headers', file: 'header-blanks.csv', result: { created: 1 } },
  { title: 'a header that ends in a comma', file: 'trailing-comma.csv', result: { created: 1 } },
  {
    title: 'a header that ends in two commas',
    file: 'two-trailing-commas.csv',
    result: { created: 1 },
  },
  {
    title: 'Shopify customers',
    file: 'shopify.csv',
    query: {
      columns: 'Customer ID:external_id,Default Address Country Code:country',
      unknown: 'ignore',
      invalid: 'value',
    },
    customers: [{ ...ZOE, external_id: '7985351720001', email: 'zoe@d11.example', country: 'GB' }],
    result: { warnings: 1 },
  },
  {
    title: 'HubSpot contacts',
    file: 'hubspot.csv',
    query: { columns: 'Record ID:external_id,Country/Region:country', unknown: 'ignore' },
    customers: [{ ...ZOE, external_id: '901', email: 'zoe@d12.example', country: 'GB' }],
  },
  {
    title: 'Odoo contacts',
    file: 'odoo.csv',
    query: { columns: 'id:external_id,country_id:country,lang:language' },
    customers: [
      { ...ZOE, external_id: '__export__.res_partner_17', country: 'GB', language: 'en' },
    ],
  },
  {
    title: 'Odoo contacts without a column for their ids',
    file: 'odoo.csv',
    query: { columns: 'country_id:country,lang:language' },
    failure: { code: 'columns_refused', says: /columns=id:external_id/ },
  },
  {
    title: 'a full name and its parts',
    file: 'name-and-parts.csv',
    query: { unknown: 'ignore' },
    customers: [ZOE],
    result: { dropped_columns: ['first_name', 'last_name'] },
  },
  {
    title: 'ids of another system',
    file: 'id-dropped.csv',
    query: { mode: 'upsert' },
    failure: { code: 'columns_refused', says: /"id"/ },
    errors: [{ line: 1, code: 'unknown_field', field: 'id' }],
  },
  {
    title: 'ids of another system as external ids, imported again',
    file: 'id-dropped.csv',
    query: { mode: 'upsert', columns: 'id:external_id' },
    setup: 'external_id,name\n17,Ida Mora\n18,Ida Lund\n',
    result: { created: 0, skipped: 2 },
  },
  {
    title: 'semicolons',
    file: 'semicolon.csv',
    customers: [{ ...ZOE, email: 'zoe@d16.example', dob: '1990-04-30' }],
  },
  { title: 'sep=; as the first line', file: 'sep-line.csv', customers: [ZOE] },
  { title: 'tabs', file: 'tab.csv', result: { created: 1 } },
  {
    title: 'Windows-1252, declared',
    file: 'cp1252.csv',
    charset: 'windows-1252',
    result: { created: 1 },
  },
  {
    title: 'Windows-1252, not declared',
    file: 'cp1252.csv',
    failure: { code: 'malformed_file', says: /charset=windows-1252/ },
  },
  { title: 'UTF-16', file: 'utf16le.csv', customers: [{ name: 'Zoë Müller' }] },
  {
    title: 'dates with the day first, declared',
    file: 'dmy.csv',
    query: { date_format: 'dmy' },
    customers: [
      { name: 'Ada Lund', dob: '1985-02-01' },
      { ...ZOE, dob: '1990-04-30' },
    ],
  },
  {
    title: 'dates with the day first, not declared',
    file: 'dmy.csv',
    failure: { code: 'rows_refused' },
    errors: [{ line: 2, code: 'date', field: 'dob', detail: /date_format/ }],
  },
  {
    title: 'dates with the month first and a year of two digits',
    file: 'mdy2.csv',
    query: { date_format: 'mdy' },
    customers: [{ ...ZOE, dob: '1990-04-30' }],
  },
  {
    title: 'dates with midnight',
    file: 'datetime.csv',
    customers: [
      { name: 'Ada Lund', dob: '1985-02-01' },
      { ...ZOE, dob: '1990-04-30' },
    ],
  },
  {
    title: 'the date that Outlook writes if there is none',
    file: 'outlook-no-date.csv',
    customers: [{ ...ZOE, dob: null }],
  },
  {
    title: 'spaces around values',
    file: 'blank-around-email.csv',
    customers: [{ ...ZOE, email: 'zoe@d25.example', country: 'ES' }],
  },
  { title: 'rows of empty cells', file: 'empty-rows.csv', result: { created: 1, failed: 0 } },
  {
    title: 'a line of spaces and Ctrl-Z',
    file: 'space-line-ctrl-z.csv',
    result: { created: 1, failed: 0 },
  },
  { title: 'a row shorter than its header', file: 'short-row.csv', result: { created: 1 } },
  { title: 'rows that end in a comma', file: 'rows-end-in-comma.csv', result: { created: 1 } },
  {
    title: 'names of countries',
    file: 'country-name.csv',
    customers: [{ country: 'US' }, { country: 'GB' }, { country: 'GB' }],
  },
  {
    title: 'locales as languages',
    file: 'locale.csv',
    customers: [{ language: 'pt' }, { language: 'en' }],
  },
  { title: 'empty strings in JSON', file: 'empty-strings.json', customers: [ZOE] },
  {
    title: 'a number as an external id',
    file: 'number-external-id.json',
    customers: [{ ...ZOE, external_id: '17' }],
  },
  { title: 'the response of GET /customers', file: 'envelope.json', customers: [ZOE] },
  {
    title: 'JSON as jq prints it',
    file: 'jq-stream.ndjson',
    customers: [{ name: 'Ada Lund' }, ZOE],
  },
  {
    title: 'empty cells in an upsert, which keep the values',
    file: 'blank-keeps.csv',
    query: { mode: 'upsert' },
    setup: 'external_id,name,email,dob\nd36-1,Zoe Mora,zoe@d36.example,1990-04-30\n',
    customers: [{ ...ZOE, external_id: 'd36-1', dob: '1990-04-30' }],
  },
  {
    title: 'empty cells in an upsert with blank=null, which clear the values',
    file: 'blank-keeps.csv',
    query: { mode: 'upsert', blank: 'null' },
    setup: 'external_id,name,email,dob\nd36-1,Zoe Mora,zoe@d36.example,1990-04-30\n',
    customers: [{ name: null, external_id: 'd36-1', dob: null }],
  },
  {
    title: 'an e-mail that moves to another customer',
    file: 'email-chain.csv',
    query: { mode: 'upsert' },
    setup: 'external_id,name,email\nd37-1,Zoe,a@d37.example\nd37-2,Ada,b@d37.example\n',
    customers: [
      { external_id: 'd37-1', email: 'new@d37.example' },
      { external_id: 'd37-2', email: 'a@d37.example' },
    ],
    result: { updated: 2 },
  },
];
