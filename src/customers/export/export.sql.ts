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
const PLAIN = COLUMNS.map((column) =>
  column.endsWith('_at')
    ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${column}`
    : column,
);

/**
 * Puts a `'` before values that a spreadsheet would read as a formula, OWASP "CSV Injection". It also
 * puts a `'` before the texts NULL and \N, which an import reads as no value, and before a text that
 * begins with `'` and a digit or such a text, because the import drops that `'`. The check of the first
 * character avoids the regular expression for most values.
 */
const SAFE = PLAIN.map((column) =>
  FREE_TEXTS.has(column)
    ? `CASE WHEN ${column} IN ('NULL', E'\\\\N') OR (strpos(E'''=+-@\\t\\r', left(${column}, 1)) > 0
        AND ${column} ~ '^''*[=+@\\t\\r-]|^''+[0-9]|^''+(NULL|\\\\N)$') THEN '''' || ${column} ELSE ${column} END`
    : column,
);

const DELIMITERS: Readonly<Record<ExportDelimiter, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
};

/** Rows in one page, about half a megabyte. */
const PAGE_ROWS = 4_000;

/** The first line of CSV. */
export function headerOf({ delimiter = 'comma' }: ExportQuery): string {
  return `${COLUMNS.join(DELIMITERS[delimiter])}\n`;
}

/**
 * The statement that exports one page of customers, in the order of creation, or the n youngest.
 *
 * @param after the id of the last customer of the previous page
 */
export function exportPageSql(query: ExportQuery, after: string | undefined): string {
  const { format = 'csv', raw, delimiter = 'comma', n } = query;
  const order = n === undefined ? `id LIMIT ${PAGE_ROWS}` : `dob DESC, id DESC LIMIT ${n}`;
  const rows = `${fromWhere(query, after)} ORDER BY ${order}`;
  if (format === 'csv') {
    return `COPY (SELECT ${(raw === 'true' ? PLAIN : SAFE).join(', ')} ${rows})
      TO STDOUT WITH (FORMAT csv, DELIMITER E'${DELIMITERS[delimiter]}')`;
  }
  const before = format === 'json' ? `',' ||` : '';
  // JSON escapes these two characters, so COPY does not change its text.
  return `COPY (SELECT ${before} row_to_json(c)::text FROM (SELECT ${PLAIN.join(', ')} ${rows}) AS c)
    TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
}

/** The id of the last customer of a page, which is the first value in its last row. */
export function lastIdOf(page: Buffer, format: ExportFormat): string {
  const start = format === 'csv' ? lastCsvRow(page) : page.lastIndexOf('\n', -2) + 1;
  const [id] = UUID.exec(page.toString('utf8', start)) ?? [];
  if (id === undefined) throw new Error('The last row of a page of an export has no id');
  return id;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const [LINE_FEED, QUOTE] = [0x0a, 0x22];

/**
 * Where the last row starts. An even number of quotes follows the end of a row. An odd number follows a
 * line break in a value.
 */
function lastCsvRow(page: Buffer): number {
  let quotes = 0;
  for (let at = page.length - 2; at >= 0; at--) {
    if (page[at] === QUOTE) quotes++;
    else if (page[at] === LINE_FEED && quotes % 2 === 0) return at + 1;
  }
  return 0;
}

function fromWhere(query: ExportQuery, after: string | undefined): string {
  const conditions = conditionsOf(query, new LiteralConditions());
  for (const match of matchesOf(query)?.(conditions) ?? []) conditions.and(match);
  if (query.n !== undefined) conditions.and('dob IS NOT NULL');
  if (after !== undefined) conditions.add(after, (id) => `id > ${id}::uuid`);
  return `FROM customers ${conditions.where()}`;
}
