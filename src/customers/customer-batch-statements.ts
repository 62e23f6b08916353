import { INSERT_EVENTS, withKey } from '../audit/audit-record.js';
import type { Principal } from '../common/security/principal.js';
import { CUSTOMER_FIELDS, type CustomerFields, FIELD_NAMES } from './customer-fields.js';
import type { CustomerDiff } from './customer-patch.js';
import { COLUMNS, COLUMNS_OF_C, FIELDS, NEXT_VERSION } from './customer-statements.js';

/** The statements of CustomersRepository that concern many customers at once. */

/** What a batch writes for one operation. */
export interface CustomerWrite {
  /** The index of the operation. */
  index: number;
  action: 'customer_created' | 'customer_updated' | 'customer_deleted';
  /** The customer after the operation. */
  customer: CustomerFields & { id?: string };
  diff?: CustomerDiff;
}

/** $1 are ids, $2 external ids. A customer that matches both is returned twice. */
export const LOCK_ALL = `WITH locked AS MATERIALIZED (
    SELECT ${COLUMNS} FROM customers
    WHERE deleted_at IS NULL AND (id = ANY ($1::uuid[]) OR external_id = ANY ($2::text[]))
    ORDER BY id FOR NO KEY UPDATE)
  SELECT ${COLUMNS} FROM locked WHERE id = ANY ($1::uuid[])
  UNION ALL SELECT ${COLUMNS} FROM locked WHERE external_id = ANY ($2::text[])`;

const INPUT_COLUMNS = FIELD_NAMES.map((field) => `${field} ${CUSTOMER_FIELDS[field].type}`);

/**
 * $1 are rows as JSON; $2 to $5 describe the actor. New customers get their ids and times in the order
 * of the rows, but are inserted in the order of their unique values. Otherwise two batches that create
 * the same customers in different orders could end in a deadlock.
 */
export const WRITE_ALL = `WITH input AS MATERIALIZED (
    SELECT index, action, coalesce(id, new_id()) AS id, ${FIELDS}, details, clock_timestamp() AS at
    FROM jsonb_to_recordset($1::jsonb)
      AS row (index int, action text, id uuid, ${INPUT_COLUMNS.join(', ')}, details jsonb)),
  created AS (
    INSERT INTO customers (id, ${FIELDS}, created_at, updated_at)
    SELECT id, ${FIELDS}, at, at FROM input WHERE action = 'customer_created'
    ORDER BY external_id, lower(email), index
    RETURNING ${COLUMNS}),
  updated AS (
    UPDATE customers AS c
    SET ${FIELD_NAMES.map((field) => `${field} = i.${field}`).join(', ')}, ${NEXT_VERSION}
    FROM input AS i WHERE i.action = 'customer_updated' AND c.id = i.id
    RETURNING ${COLUMNS_OF_C}),
  deleted AS (
    UPDATE customers AS c
    SET deleted_at = clock_timestamp(), ${NEXT_VERSION}
    FROM input AS i WHERE i.action = 'customer_deleted' AND c.id = i.id
    RETURNING ${COLUMNS_OF_C}),
  written AS (
    SELECT * FROM created UNION ALL SELECT * FROM updated UNION ALL SELECT * FROM deleted),
  recorded AS (
    ${INSERT_EVENTS}
    SELECT action, 'success', $2::uuid, 'customer', $3::text, $4::text, $5::text, details, id, version
    FROM input JOIN written USING (id) ORDER BY index)
  SELECT input.index, written.* FROM input JOIN written USING (id)`;

/** $1 of {@link WRITE_ALL}. */
export function inputOf(principal: Principal, writes: readonly CustomerWrite[]): string {
  return JSON.stringify(
    writes.map(({ index, action, customer, diff }) => ({
      ...Object.fromEntries(FIELD_NAMES.map((field) => [field, customer[field]])),
      id: customer.id,
      index,
      action,
      details: withKey(principal, diff && { changes: diff }),
    })),
  );
}
