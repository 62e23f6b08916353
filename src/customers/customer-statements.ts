import type { Statement } from '../audit/audited-statement.js';
import { INSERT_EVENTS } from '../audit/audit-record.js';
import {
  CUSTOMER_FIELDS,
  type CustomerField,
  type CustomerFields,
  FIELD_NAMES,
  IDENTIFYING_FIELDS,
} from './customer-fields.js';
import type { CustomerDiff, CustomerPatch } from './customer-patch.js';
import { MAXIMUM_KEYS } from './metadata.js';

/** The longer statements of CustomersRepository. */

/** The versions that a client allows to be written; undefined for any version. */
export type Versions = readonly number[] | undefined;

/** A customer by its id, or by the id in the system that it came from. */
export type CustomerKey = { id: string } | { externalId: string };

/** What a batch writes for one operation. */
export interface CustomerWrite {
  /** Names the operation. */
  index: number;
  action: 'customer_created' | 'customer_updated' | 'customer_deleted';
  /** As it is afterwards. */
  customer: CustomerFields & { id?: string };
  diff?: CustomerDiff;
}

export const FIELDS = FIELD_NAMES.join(', ');

/** The columns of a {@link CustomerResponse}, so that a row is the response. */
export const COLUMNS = `id, ${FIELDS}, created_at, updated_at, version`;
const COLUMNS_OF_C = COLUMNS.replaceAll(/\w+/g, 'c.$&');

/** `bigint`, because a client may send a number that is greater than any version. */
export const IS_ALLOWED_VERSION = '($2::bigint[] IS NULL OR c.version = ANY ($2))';

export function updateStatement(
  key: CustomerKey,
  versions: Versions,
  patch: CustomerPatch,
): Statement {
  const { metadataKeys, ...fields } = patch;
  const sent = FIELD_NAMES.filter((field) => field in fields);
  const parameters: unknown[] = [valueOf(key), versions];
  const assigned = new Map(
    sent.map((field) => [field, `$${parameters.push(parameterOf(fields, field))}`]),
  );
  if (metadataKeys) {
    assigned.set('metadata', mergedMetadata(`$${parameters.push(JSON.stringify(metadataKeys))}`));
  }
  const columns = [...assigned.keys()];
  const identity = IDENTIFYING_FIELDS.map((field) => assigned.get(field) ?? `c.${field}`);
  return {
    sql: `UPDATE customers AS c
          SET ${columns.map((field) => `${field} = ${assigned.get(field)}`).join(', ')},
            updated_at = clock_timestamp(), version = c.version + 1
          FROM customers AS before
          WHERE c.${columnOf(key)} = $1 AND ${IS_ALLOWED_VERSION} AND c.deleted_at IS NULL
            AND before.id = c.id AND before.version = c.version
            AND (${columns.map((field) => `c.${field}`).join(', ')})
              IS DISTINCT FROM (${[...assigned.values()].join(', ')})
            AND coalesce(${identity.join(', ')}) IS NOT NULL
            ${metadataKeys ? `AND ${fitsMetadata(assigned.get('metadata') ?? '')}` : ''}
          RETURNING ${COLUMNS_OF_C}, (
            SELECT jsonb_object_agg(field, jsonb_build_object('from', was, 'to', became))
            FROM (${beforeAndAfter(columns)}) AS sent (field, was, became)
            WHERE was IS DISTINCT FROM became) AS changes`,
    parameters,
    columns: COLUMNS,
    returnsDiff: true,
  };
}

export function parameterOf(customer: CustomerPatch, field: CustomerField): unknown {
  const value = customer[field] ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

/** The metadata of `c` after a merge patch; null when no key is left. */
function mergedMetadata(patch: string): string {
  return `nullif(jsonb_strip_nulls(coalesce(c.metadata, '{}') || ${patch}::jsonb), '{}')`;
}

function fitsMetadata(metadata: string): string {
  return `(SELECT count(*) FROM jsonb_object_keys(${metadata})) <= ${MAXIMUM_KEYS}`;
}

/** Rows of a field's name and its values; of metadata a row for each key. */
function beforeAndAfter(fields: readonly CustomerField[]): string {
  const rows = fields
    .filter((field) => field !== 'metadata')
    .map((field) => `('${field}', before.${field}::text, c.${field}::text)`);
  const parts = rows.length > 0 ? [`VALUES ${rows.join(', ')}`] : [];
  if (fields.includes('metadata')) parts.push(METADATA_BEFORE_AND_AFTER);
  return parts.join(' UNION ALL ');
}

const METADATA_BEFORE_AND_AFTER = `
  SELECT 'metadata.' || key, before.metadata ->> key, c.metadata ->> key
  FROM jsonb_object_keys(coalesce(before.metadata, '{}') || coalesce(c.metadata, '{}')) AS key`;

export function columnOf(key: CustomerKey): 'id' | 'external_id' {
  return 'id' in key ? 'id' : 'external_id';
}

export function valueOf(key: CustomerKey): string {
  return 'id' in key ? key.id : key.externalId;
}

/** $1 are ids, $2 external ids. A customer that both name comes twice. */
export const LOCK_ALL = `WITH locked AS MATERIALIZED (
    SELECT ${COLUMNS} FROM customers
    WHERE deleted_at IS NULL AND (id = ANY ($1::uuid[]) OR external_id = ANY ($2::text[]))
    ORDER BY id FOR NO KEY UPDATE)
  SELECT ${COLUMNS} FROM locked WHERE id = ANY ($1::uuid[])
  UNION ALL SELECT ${COLUMNS} FROM locked WHERE external_id = ANY ($2::text[])`;

const INPUT_COLUMNS = FIELD_NAMES.map((field) => `${field} ${CUSTOMER_FIELDS[field].type}`);

/** $1 are rows as JSON; $2 to $4 say who writes them. */
export const WRITE_ALL = `WITH input AS MATERIALIZED (
    SELECT index, action, coalesce(id, new_id()) AS id, ${FIELDS}, details
    FROM jsonb_to_recordset($1::jsonb)
      AS row (index int, action text, id uuid, ${INPUT_COLUMNS.join(', ')}, details jsonb)),
  created AS (
    INSERT INTO customers (id, ${FIELDS})
    SELECT id, ${FIELDS} FROM input WHERE action = 'customer_created' ORDER BY index
    RETURNING ${COLUMNS}),
  updated AS (
    UPDATE customers AS c
    SET ${FIELD_NAMES.map((field) => `${field} = i.${field}`).join(', ')},
      updated_at = clock_timestamp(), version = c.version + 1
    FROM input AS i WHERE i.action = 'customer_updated' AND c.id = i.id
    RETURNING ${COLUMNS_OF_C}),
  deleted AS (
    UPDATE customers AS c
    SET deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = c.version + 1
    FROM input AS i WHERE i.action = 'customer_deleted' AND c.id = i.id
    RETURNING ${COLUMNS_OF_C}),
  written AS (
    SELECT * FROM created UNION ALL SELECT * FROM updated UNION ALL SELECT * FROM deleted),
  recorded AS (
    ${INSERT_EVENTS}
    SELECT action, 'success', $2::uuid, 'customer', $3::text, $4::text, details, id, version
    FROM input JOIN written USING (id) ORDER BY index)
  SELECT input.index, written.* FROM input JOIN written USING (id)`;
