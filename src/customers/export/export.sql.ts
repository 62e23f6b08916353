import pg from 'pg';
import { Conditions } from '../../common/pagination/conditions.js';
import { searchCondition } from '../../common/pagination/search.js';
import { definitionOf, FIELD_NAMES } from '../customer-fields.js';
import { conditionsOf, searchOf } from '../customer-filters.js';
import type { ExportFormat, ExportQuery } from './exports.dto.js';

/** COPY takes no parameters, so that values stand in its text as literals. */
class LiteralConditions extends Conditions {
  override bind(value: unknown): string {
    return pg.escapeLiteral(String(value));
  }
}

/**
 * The statement that exports customers, in the order in which they came: the fields that an import
 * takes, so that what comes out can go in again.
 */
export function exportSql(query: ExportQuery): string {
  const { format = 'csv', raw } = query;
  return FORMATS[format](raw === 'true' ? FIELD_NAMES.join(', ') : SAFE, fromWhere(query));
}

const FORMATS: Readonly<Record<ExportFormat, (safe: string, from: string) => string>> = {
  csv: (fields, from) => `COPY (SELECT ${fields} ${from}) TO STDOUT WITH (FORMAT csv, HEADER)`,
  ndjson: (_, from) => copyJson('row_to_json(c)', from),
  json: (_, from) =>
    copyJson(`CASE WHEN row_number() OVER () > 1 THEN ',' ELSE '' END || row_to_json(c)`, from),
};

/** Quote and delimiter are characters that JSON escapes, so that its text comes out as it is. */
function copyJson(value: string, from: string): string {
  return `COPY (SELECT ${value} FROM (SELECT ${FIELD_NAMES.join(', ')} ${from}) AS c)
    TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
}

/**
 * What a spreadsheet would take for a formula gets a `'` in front, OWASP "CSV Injection". The first
 * character decides whether the regular expression has to run at all.
 */
const SAFE = FIELD_NAMES.map((field) =>
  definitionOf(field).isFreeText
    ? `CASE WHEN left(${field}, 1) IN ('''', '=', '+', '-', '@', E'\\t', E'\\r')
        AND ${field} ~ '^''*[=+@\\t\\r-]' THEN '''' || ${field} ELSE ${field} END AS ${field}`
    : field,
).join(', ');

function fromWhere(query: ExportQuery): string {
  const conditions = conditionsOf(query, new LiteralConditions());
  const search = searchOf(query);
  if (search) conditions.and(searchCondition(search, conditions));
  return `FROM customers ${conditions.where()} ORDER BY id`;
}
