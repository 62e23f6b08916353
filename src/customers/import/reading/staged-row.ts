import { definitionOf, FIELD_NAMES } from '../../customer-fields.js';
import type { RowProblem, SourceRecord } from './record.js';

/** Problems of one row that are told; more would not help anybody. */
const MAXIMUM_PROBLEMS = 20;
const MAXIMUM_NAME = 64;

/** The columns and keys of files, ours and those of earlier systems; null is read over. */
const FIELDS: ReadonlyMap<string, number | null> = new Map<string, number | null>([
  ...FIELD_NAMES.map((field, index) => [field, index] as const),
  ['customer_id', FIELD_NAMES.indexOf('external_id')],
  ['timestamp', null],
  ['id', null],
  ['created_at', null],
  ['updated_at', null],
  ['version', null],
]);

/** A record as it goes into the staging table. */
export interface StagedRow {
  line: number;
  /** Bit `n` is set when the file gives the field `FIELD_NAMES[n]`, be it null. */
  sent: number;
  /** In the order of FIELD_NAMES. */
  values: (string | null)[];
  problems: RowProblem[];
}

/** What a value of a format means: a text, or null. */
export type ToValue = (value: unknown, name: string) => unknown;

/**
 * Checks a record by the rules of a request's body.
 *
 * @param toValue what the format writes for null, and other customs of it
 */
export function toStagedRow(record: SourceRecord, toValue: ToValue): StagedRow {
  const row: StagedRow = {
    line: record.line,
    sent: 0,
    values: FIELD_NAMES.map(() => null),
    problems: [],
  };
  if ('problem' in record) {
    row.problems.push(record.problem);
    return row;
  }
  record.names.forEach((name, index) => addField(row, name, toValue(record.values[index], name)));
  const [externalId, customerName, email] = row.values;
  if (row.problems.length === 0 && externalId === null && customerName === null && email === null) {
    row.problems.push({
      code: 'one_of',
      field: 'name',
      detail: 'is required unless email or external_id is given',
    });
  }
  return row;
}

function addField(row: StagedRow, name: string, value: unknown): void {
  const index = FIELDS.get(name);
  if (index === null || row.problems.length === MAXIMUM_PROBLEMS) return;
  const problem =
    index === undefined
      ? { code: 'unknown_field', detail: `is not known; the fields are ${FIELD_NAMES.join(', ')}` }
      : setValue(row, index, value);
  if (problem) row.problems.push({ ...problem, field: printable(name) });
}

function setValue(
  row: StagedRow,
  index: number,
  value: unknown,
): Omit<RowProblem, 'field'> | undefined {
  const bit = 1 << index;
  if (row.sent & bit) return { code: 'one_of', detail: 'is given twice, under two names' };
  row.sent |= bit;
  if (value === null) return undefined;
  const { type, rules, prepare } = definitionOf(FIELD_NAMES[index] ?? 'name');
  const given = type === 'jsonb' && typeof value === 'object' ? JSON.stringify(value) : value;
  if (typeof given !== 'string') return { code: 'type', detail: 'must be a string' };
  const text = prepare ? prepare(given) : given;
  row.values[index] = text;
  return rules.find((rule) => !rule.accepts(text));
}

/** A name of the file's making, fit for the database and for a list of errors. */
function printable(name: string): string {
  return name
    .slice(0, MAXIMUM_NAME)
    .replace(/\p{Cc}/gu, '\uFFFD')
    .toWellFormed();
}

/** An empty field is null; `'` before what a spreadsheet takes for a formula was put by the export. */
export function fromCsv(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value === '') return null;
  return /^'+[=+\-@\t\r]/.test(value) ? value.slice(1) : value;
}

/** Earlier systems had numbers for their ids. */
export function fromJson(value: unknown, name: string): unknown {
  return name === 'customer_id' && Number.isSafeInteger(value) ? String(value) : value;
}
