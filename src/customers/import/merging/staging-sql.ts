import { type CustomerField, definitionOf, FIELD_NAMES } from '../../customer-fields.js';
import { mergedMetadata } from '../../customer-statements.js';
import type { ProblemCode } from '../jobs/problem-tally.js';

/**
 * SQL fragments that the check and the merge share. `r` is a staged row, `c` is its customer. $1 is the
 * import. A chunk contains the lines after $2 up to $3.
 */

export const IN_CHUNK = inChunk('r');

/**
 * Every alias of the staging table in a statement on a chunk needs its own condition. A join on the line
 * alone would read all rows of the import for each chunk.
 */
export function inChunk(alias: string): string {
  return `${alias}.import_id = $1 AND ${alias}.line > $2 AND ${alias}.line <= $3`;
}

/** Whether a row must still be merged. */
export const IS_OPEN = 'r.problems IS NULL AND NOT r.is_merged';

export function fieldsOf(alias: string): string {
  return FIELD_NAMES.map((field) => `${alias}.${field}`).join(', ');
}

/** Whether the file contains the field for this row. */
export function isSent(row: string, field: CustomerField): string {
  const bit = `${row}.sent & ${1 << FIELD_NAMES.indexOf(field)} <> 0`;
  if (field !== 'external_id') return bit;
  // A row that found its customer by e-mail must not remove the external id of the customer.
  const isKeyed = `coalesce(${row}.key_id = ${row}.target_id, false)`;
  return `(${bit} AND (${row}.external_id IS NOT NULL OR ${isKeyed}))`;
}

/** All white space of Unicode. */
const BLANKS = `E' \\t\\n\\x0B\\f\\r\\u0085\\u00A0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF'`;

/**
 * The forms that an import makes of an exported, unedited text. The import trims texts. Without this, the
 * export of a customer with blanks around its name would change the customer.
 */
function reimported(text: string): string {
  const trimmed = `btrim(${text}, ${BLANKS})`;
  const numberAsText = `CASE WHEN ${text} LIKE '%="%"%' THEN regexp_replace(${trimmed}, '^="(\\+?[0-9]+)"$', '\\1') END`;
  return `${trimmed}, ${numberAsText}, btrim(regexp_replace(${trimmed}, '^''(''*([=+@\\t\\r0-9-]|(NULL|\\\\N)$))', '\\1'), ${BLANKS})`;
}

/** The new value of a field. A field that is not in the file stays. */
function merged(field: CustomerField): string {
  const [staged, stored] = [`r.${field}`, `c.${field}`];
  const sent = isSent('r', field);
  if (field === 'metadata') {
    return `CASE WHEN ${sent} THEN nullif(jsonb_strip_nulls(${staged}), '{}') WHEN ${staged} IS NULL THEN ${stored}
      ELSE ${mergedMetadata(staged)} END`;
  }
  const kept = `NOT ${sent} OR ${staged} = ${stored}`;
  return definitionOf(field).isFreeText
    ? `CASE WHEN ${kept} OR ${staged} IN (${reimported(stored)}) THEN ${stored} ELSE ${staged} END`
    : `CASE WHEN ${kept} THEN ${stored} ELSE ${staged} END`;
}

/** The fields of a customer that a row creates. */
export const CREATED = FIELD_NAMES.map((field) =>
  field === 'metadata' ? `nullif(jsonb_strip_nulls(r.metadata), '{}')` : `r.${field}`,
).join(', ');

export const MERGED = FIELD_NAMES.map((field) => `${merged(field)} AS ${field}`).join(', ');

/**
 * The old and the new values of a customer in one row. PostgreSQL would compare two row sets by a nested
 * loop, because it has no statistics about them.
 */
export const WAS_AND_MERGED = `${FIELD_NAMES.map((field) => `c.${field} AS was_${field}`).join(', ')},
    ${MERGED}`;

/**
 * The diff for the audit event of a changed customer. It concatenates text, because jsonb functions take
 * twice the time.
 *
 * @param alias of a row with the columns of {@link WAS_AND_MERGED}
 */
export function diffSql(alias: string): string {
  return joined(
    FIELD_NAMES.map((field) => {
      const [from, to] = [`${alias}.was_${field}`, `${alias}.${field}`];
      return field === 'metadata' ? metadataDiff(from, to) : fieldDiff(field, from, to);
    }),
  );
}

/** The same for a new customer. Without comparisons it takes a quarter of the time. */
export function newDiffSql(alias: string): string {
  return joined(
    FIELD_NAMES.map((field) => {
      const value = `${alias}.${field}`;
      return field === 'metadata'
        ? newMetadataDiff(value)
        : `'"${field}":{"from":null,"to":' || to_json(${value}) || '}'`;
    }),
  );
}

/** Joins the members of a JSON object. Null members are left out. */
function joined(members: readonly string[]): string {
  return `('{' || concat_ws(',', ${members.join(', ')}) || '}')::jsonb`;
}

function fieldDiff(field: string, from: string, to: string): string {
  return `CASE WHEN ${from} IS DISTINCT FROM ${to} THEN '"${field}":{"from":'
      || coalesce(to_json(${from}::text)::text, 'null') || ',"to":'
      || coalesce(to_json(${to}::text)::text, 'null') || '}' END`;
}

/** One member for each changed key. */
function metadataDiff(from: string, to: string): string {
  const [was, became] = [`coalesce(${from}, '{}'::jsonb)`, `coalesce(${to}, '{}'::jsonb)`];
  return `CASE WHEN ${from} IS DISTINCT FROM ${to} THEN (
      SELECT string_agg(to_json('metadata.' || key)::text || ':{"from":'
        || coalesce(to_json(${was} ->> key)::text, 'null') || ',"to":'
        || coalesce(to_json(${became} ->> key)::text, 'null') || '}', ',')
      FROM jsonb_object_keys(${was} || ${became}) AS key
      WHERE ${was} ->> key IS DISTINCT FROM ${became} ->> key) END`;
}

function newMetadataDiff(metadata: string): string {
  return `CASE WHEN ${metadata} IS NOT NULL THEN (
      SELECT string_agg(to_json('metadata.' || key) || ':{"from":null,"to":'
        || to_json(${metadata} ->> key) || '}', ',')
      FROM jsonb_object_keys(${metadata}) AS key) END`;
}

/** A unique field of customers. */
export interface UniqueField {
  field: 'external_id' | 'email';
  code: ProblemCode;
  /** The value as the index compares it. */
  key: (alias: string) => string;
}

export const UNIQUE_FIELDS: readonly UniqueField[] = [
  { field: 'external_id', code: 'external_id_taken', key: (alias) => `${alias}.external_id` },
  { field: 'email', code: 'email_taken', key: (alias) => `lower(${alias}.email)` },
];

interface Refusal {
  code: ProblemCode;
  field: string | null;
  detail: string;
}

/** As {@link refuse}, for a query that finds rows of one chunk. */
export function refuseInChunk(refusal: Refusal, found: string): string {
  return refuse(refusal, found, inChunk('t'));
}

/**
 * Adds a problem to the rows that a query finds, unless they already have one of this kind.
 *
 * @param found a query that returns `line`, and `first` if the detail contains `%s`
 * @param among a condition for the rows `t`
 */
export function refuse(
  { code, field, detail }: Refusal,
  found: string,
  among = 't.import_id = $1',
): string {
  const text = detail.includes('%s') ? `format('${detail}', found.first)` : `'${detail}'`;
  const kind = JSON.stringify([{ code, field }]);
  return `UPDATE customer_import_rows t
    SET problems = coalesce(t.problems, '[]') || jsonb_build_array(
      '${JSON.stringify({ code, field })}'::jsonb || jsonb_build_object('detail', ${text}))
    FROM (${found}) AS found
    WHERE ${among} AND t.line = found.line
      AND NOT coalesce(t.problems @> '${kind}'::jsonb, false)`;
}
