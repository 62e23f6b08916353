import type { Statement } from '../audit/audited-statement.js';
import { VARIED } from '../common/database/prepared-statements-client.js';
import {
  type CustomerField,
  type CustomerFields,
  FIELD_NAMES,
  IDENTIFYING_FIELDS,
} from './customer-fields.js';
import type { CustomerPatch } from './customer-patch.js';
import { MAXIMUM_KEYS } from './metadata.js';

/** The longer statements of CustomersRepository that concern one customer, and what other statements share. */

/** The versions that the client allows to change; undefined for any version. */
export type Versions = readonly number[] | undefined;

/** Identifies a customer by its id or its external id. */
export type CustomerKey = { id: string } | { externalId: string };

export const FIELDS = FIELD_NAMES.join(', ');

/** The columns of a {@link CustomerResponse}: a row is a response without conversion. */
export const COLUMNS = `id, ${FIELDS}, created_at, updated_at, version`;
export const COLUMNS_OF_C = COLUMNS.replaceAll(/\w+/g, 'c.$&');

export const NEXT_VERSION = 'updated_at = clock_timestamp(), version = c.version + 1';

/** `bigint`, because a client may send a larger number than any version. */
const IS_ALLOWED_VERSION = '($2::bigint[] IS NULL OR c.version = ANY ($2))';

/** @param onConflict an ON CONFLICT clause; without it, a taken unique value is an error */
export function insertStatement(customer: CustomerFields, onConflict = ''): Statement {
  return {
    sql: `INSERT INTO customers (${FIELDS})
          VALUES (${FIELD_NAMES.map((_, index) => `$${index + 1}`).join(', ')})
          ${onConflict} RETURNING ${COLUMNS}`,
    parameters: FIELD_NAMES.map((field) => parameterOf(customer, field)),
    columns: COLUMNS,
  };
}

export function softDeleteStatement(id: string, versions: Versions): Statement {
  return {
    sql: `UPDATE customers AS c SET deleted_at = clock_timestamp(), ${NEXT_VERSION}
          WHERE id = $1 AND ${IS_ALLOWED_VERSION} AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id, versions],
    columns: COLUMNS,
  };
}

export function restoreStatement(id: string): Statement {
  return {
    sql: `UPDATE customers AS c SET deleted_at = NULL, ${NEXT_VERSION}
          WHERE id = $1 AND deleted_at IS NOT NULL AND erased_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id],
    columns: COLUMNS,
  };
}

/** $1 is the id of a customer, deleted or not. */
export const ERASE = `UPDATE customers AS c
  SET ${FIELD_NAMES.map((field) => `${field} = NULL`).join(', ')},
    deleted_at = coalesce(deleted_at, clock_timestamp()), erased_at = clock_timestamp(),
    ${NEXT_VERSION}
  WHERE id = $1 AND erased_at IS NULL RETURNING version`;

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
    sql: `${VARIED} UPDATE customers AS c
          SET ${columns.map((field) => `${field} = ${assigned.get(field)}`).join(', ')},
            ${NEXT_VERSION}
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

function parameterOf(customer: CustomerPatch, field: CustomerField): unknown {
  const value = customer[field] ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

/** The metadata of `c` after a merge patch; null when no key is left. */
export function mergedMetadata(patch: string): string {
  return `nullif(jsonb_strip_nulls(coalesce(c.metadata, '{}') || ${patch}::jsonb), '{}')`;
}

function fitsMetadata(metadata: string): string {
  return `(SELECT count(*) FROM jsonb_object_keys(${metadata})) <= ${MAXIMUM_KEYS}`;
}

/** One row for each field with its name and both values, and one row for each key of metadata. */
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
