import type { EntityManager } from 'typeorm';
import type { Statement } from '../audit/audited-statement.js';
import {
  type CustomerField,
  type CustomerFields,
  FIELD_NAMES,
  IDENTIFYING_FIELDS,
} from './customer-fields.js';
import type { CustomerPatch } from './customer-patch.js';
import type { CustomerResponse } from './customers.dto.js';

const FIELDS = FIELD_NAMES.join(', ');

/** The columns of a {@link CustomerResponse}, so that a row is the response. */
export const COLUMNS = `id, ${FIELDS}, created_at, updated_at, version`;

/** An undeleted customer. */
export async function findLive(
  manager: EntityManager,
  id: string,
  lock: 'FOR NO KEY UPDATE' | '' = '',
): Promise<CustomerResponse | undefined> {
  const [row] = await manager.query<CustomerResponse[]>(
    `SELECT ${COLUMNS} FROM customers WHERE id = $1 AND deleted_at IS NULL ${lock}`,
    [id],
  );
  return row;
}

export function insertion(customer: CustomerFields): Statement {
  return {
    sql: `INSERT INTO customers (${FIELDS}) VALUES (${FIELD_NAMES.map((_, index) => `$${index + 1}`).join(', ')})
          RETURNING ${COLUMNS}`,
    parameters: FIELD_NAMES.map((field) => customer[field]),
    columns: COLUMNS,
  };
}

const CHANGED_COLUMNS = COLUMNS.replaceAll(/\w+/g, 'c.$&');

/** No version stands for any. Wider than the column, since a client may send any number. */
const IS_EXPECTED_VERSION = '($2::bigint[] IS NULL OR c.version = ANY ($2))';

/**
 * Changes nothing when the customer is not there, has another version, would have no identity left,
 * or is already what it should become.
 *
 * @param patch at least one
 */
export function update(
  id: string,
  versions: readonly number[] | undefined,
  patch: CustomerPatch,
): Statement {
  const sent = FIELD_NAMES.filter((field) => field in patch);
  const values = new Map(sent.map((field, index) => [field, `$${index + 3}`]));
  const list = (item: (field: CustomerField) => string) => sent.map(item).join(', ');
  return {
    sql: `UPDATE customers AS c
          SET ${list((field) => `${field} = ${values.get(field)}`)},
            updated_at = now(), version = c.version + 1
          FROM customers AS before
          WHERE c.id = $1 AND ${IS_EXPECTED_VERSION} AND c.deleted_at IS NULL
            AND before.id = c.id AND before.version = c.version
            AND (${list((field) => `c.${field}`)})
              IS DISTINCT FROM (${list((field) => `${values.get(field)}`)})
            AND coalesce(${IDENTIFYING_FIELDS.map((field) => values.get(field) ?? `c.${field}`).join(', ')})
              IS NOT NULL
          RETURNING ${CHANGED_COLUMNS}, (
            SELECT jsonb_object_agg(field, jsonb_build_object('from', was, 'to', became))
            FROM (VALUES ${list((field) => `('${field}', before.${field}::text, c.${field}::text)`)})
              AS sent (field, was, became)
            WHERE was IS DISTINCT FROM became) AS changes`,
    parameters: [id, versions, ...sent.map((field) => patch[field])],
    columns: COLUMNS,
    returnsDiff: true,
  };
}

/** Changes nothing when the customer is not there or has another version. */
export function deletion(id: string, versions: readonly number[] | undefined): Statement {
  return {
    sql: `UPDATE customers AS c
          SET deleted_at = now(), updated_at = now(), version = version + 1
          WHERE id = $1 AND ${IS_EXPECTED_VERSION} AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id, versions],
    columns: COLUMNS,
  };
}

/** Changes nothing when it is not deleted. */
export function restoration(id: string): Statement {
  return {
    sql: `UPDATE customers SET deleted_at = NULL, updated_at = now(), version = version + 1
          WHERE id = $1 AND deleted_at IS NOT NULL AND erased_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id],
    columns: COLUMNS,
  };
}

/** Overwrites the personal data of a customer, deleted or not. Changes nothing when it is erased. */
export async function erase(manager: EntityManager, id: string): Promise<boolean> {
  const [, count] = await manager.query<[unknown, number]>(
    `UPDATE customers
     SET ${FIELD_NAMES.map((field) => `${field} = NULL`).join(', ')},
       deleted_at = coalesce(deleted_at, now()), erased_at = now(),
       updated_at = now(), version = version + 1
     WHERE id = $1 AND erased_at IS NULL`,
    [id],
  );
  return count > 0;
}
