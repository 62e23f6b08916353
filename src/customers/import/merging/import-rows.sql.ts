import { FIELD_NAMES } from '../../customer-fields.js';

/** Rows `r` of import $1 after line $2, up to line $3. */
export const IN_CHUNK = 'r.import_id = $1 AND r.line > $2 AND r.line <= $3';

export const NOT_REFUSED = `r.problems IS NULL AND NOT EXISTS (
  SELECT FROM customer_import_errors e WHERE e.import_id = r.import_id AND e.line = r.line)`;

export const FIELDS = FIELD_NAMES.join(', ');

export function fieldsOf(alias: string): string {
  return FIELD_NAMES.map((field) => `${alias}.${field}`).join(', ');
}

/**
 * The fields as an upsert of row `r` leaves customer `c`: what the file does not give stays. So
 * does an external id where the file has none: a row found by its e-mail must not take it away.
 */
export const MERGED = FIELD_NAMES.map((field, index) => {
  const isSent =
    field === 'external_id' ? 'r.external_id IS NOT NULL' : `r.sent & ${1 << index} <> 0`;
  return `CASE WHEN ${isSent} THEN r.${field} ELSE c.${field} END AS ${field}`;
}).join(', ');

/** The `changes` of an audit event. Text is put together, since jsonb functions cost twice the time. */
export function changesSql(before: ((field: string) => string) | undefined, after: string): string {
  const members = FIELD_NAMES.map((field) => {
    const [from, to] = [before?.(field) ?? 'NULL', `${after}.${field}`];
    return `CASE WHEN ${from} IS DISTINCT FROM ${to} THEN '"${field}":{"from":'
      || coalesce(to_json(${from}::text)::text, 'null') || ',"to":'
      || coalesce(to_json(${to}::text)::text, 'null') || '}' END`;
  });
  return `('{' || concat_ws(',', ${members.join(', ')}) || '}')::jsonb`;
}

const CHUNK_ROWS = 10_000;

/** The last line of the next chunk; no row when there is none. */
export const NEXT_CHUNK = `SELECT max(line) AS line FROM (
  SELECT line FROM customer_import_rows WHERE import_id = $1 AND line > $2
  ORDER BY line LIMIT ${CHUNK_ROWS}) AS chunk HAVING max(line) IS NOT NULL`;
