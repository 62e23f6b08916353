import pg from 'pg';
import { Conditions } from '../../common/pagination/conditions.js';
import { definitionOf, FIELD_NAMES } from '../customer-fields.js';
import { conditionsOf, matchesOf } from '../customer-filters.js';
import type { ExportDelimiter, ExportFormat, ExportQuery } from './exports.dto.js';

/** COPY takes no parameters, so the values are literals in its text. */
class LiteralConditions extends Conditions {
  override bind(value: unknown): string {
    return pg.escapeLiteral(String(value));
  }
}

/** All fields of a customer, in the order of the API. */
const COLUMNS = ['id', ...FIELD_NAMES, 'created_at', 'updated_at', 'version'];
const FREE_TEXTS: ReadonlySet<string> = new Set(
  FIELD_NAMES.filter((field) => definitionOf(field).isFreeText),
);

/** The columns, with times in the format of the API. */
const SELECTED = COLUMNS.map((column) =>
  column.endsWith('_at')
    ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${column}`
    : column,
).join(', ');

const DELIMITERS: Readonly<Record<ExportDelimiter, string>> = {
  comma: `','`,
  semicolon: `';'`,
  tab: `E'\\t'`,
};

/** Rows in one page, about half a megabyte. It has room for the youngest, so they are one page. */
const PAGE_ROWS = 4_000;

/**
 * The statement that exports one page of customers, in the order of creation, or the n youngest. The
 * last line of its output is the {@link Tail} of the page, which is not part of the export.
 *
 * @param after the id of the last customer of the previous page
 */
export function exportPageSql(query: ExportQuery, after: string | undefined): string {
  const { format = 'csv', n } = query;
  const order = n === undefined ? `id LIMIT ${PAGE_ROWS}` : `dob DESC, id DESC LIMIT ${n}`;
  const page = `WITH page AS MATERIALIZED (SELECT ${SELECTED}
    ${fromWhere(query, after)} ORDER BY ${order})`;
  if (format === 'csv') return csvPage(page, query, after === undefined);
  return jsonPage(page, format === 'json' ? separator(after === undefined) : '');
}

/** Information about a page for the next one. */
export interface Tail {
  lastId: string;
  /** Whether another page may follow. */
  isFull: boolean;
}

/** Splits the answer to {@link exportPageSql} into the rows and the tail. */
export function splitPage(answer: Buffer, format: ExportFormat): { rows: Buffer; tail: Tail } {
  const delimiters = format === 'csv' ? COLUMNS.length - 1 : 0;
  const rows = answer.subarray(0, answer.length - ID_LENGTH - COUNT_LENGTH - delimiters - 1);
  const line = answer.subarray(rows.length).toString('latin1');
  const lastId = line.slice(0, ID_LENGTH);
  const count = Number(line.slice(ID_LENGTH, ID_LENGTH + COUNT_LENGTH));
  return { rows, tail: { lastId, isFull: count === PAGE_ROWS } };
}

const ID_LENGTH = 36;
const COUNT_LENGTH = 6;
/** A text of fixed length, even for an empty page. */
const TAIL = `coalesce((SELECT id::text FROM page ORDER BY id DESC LIMIT 1), repeat('0', ${ID_LENGTH}))
  || lpad((SELECT count(*) FROM page)::text, ${COUNT_LENGTH}, '0')`;
const TAIL_ROW = [TAIL, ...COLUMNS.slice(1).map(() => 'NULL')].join(', ');

function csvPage(
  page: string,
  { raw, delimiter = 'comma' }: ExportQuery,
  isFirst: boolean,
): string {
  const columns = raw === 'true' ? PLAIN : SAFE;
  return `COPY (${page} SELECT ${columns} FROM page UNION ALL SELECT ${TAIL_ROW})
    TO STDOUT WITH (FORMAT csv, DELIMITER ${DELIMITERS[delimiter]}${isFirst ? ', HEADER' : ''})`;
}

/** Quote and delimiter are characters that JSON escapes, so COPY does not change its text. */
function jsonPage(page: string, before: string): string {
  return `COPY (${page} SELECT ${before} row_to_json(c)::text
      FROM (SELECT ${COLUMNS.join(', ')} FROM page) AS c UNION ALL SELECT ${TAIL})
    TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
}

/** Before each element of an array but the first. */
function separator(isFirstPage: boolean): string {
  return isFirstPage ? `CASE WHEN row_number() OVER () > 1 THEN ',' ELSE '' END ||` : `',' ||`;
}

const PLAIN = COLUMNS.map((field) => `${field}::text AS ${field}`).join(', ');

/**
 * Puts a `'` before values that a spreadsheet would read as a formula, OWASP "CSV Injection". It also
 * puts a `'` before the texts NULL and \N, which an import reads as no value, and before a text that
 * begins with `'` and a digit or such a text, because the import drops that `'`. The check of the first
 * character avoids the regular expression for most values. `HEADER` needs the names.
 */
const SAFE = COLUMNS.map((field) =>
  FREE_TEXTS.has(field)
    ? `CASE WHEN left(${field}, 1) IN ('''', '=', '+', '-', '@', E'\\t', E'\\r', 'N', '\\')
        AND ${field} ~ '^''*[=+@\\t\\r-]|^''+[0-9]|^''*(NULL|\\\\N)$' THEN '''' || ${field} ELSE ${field} END AS ${field}`
    : `${field}::text AS ${field}`,
).join(', ');

function fromWhere(query: ExportQuery, after: string | undefined): string {
  const conditions = conditionsOf(query, new LiteralConditions());
  for (const match of matchesOf(query)?.(conditions) ?? []) conditions.and(match);
  if (query.n !== undefined) conditions.and('dob IS NOT NULL');
  if (after !== undefined) conditions.add(after, (id) => `id > ${id}::uuid`);
  return `FROM customers ${conditions.where()}`;
}
