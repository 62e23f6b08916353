import type { EntityManager } from 'typeorm';
import type { Change } from '../common/audit/audit.js';
import { EDITABLE, type Editable } from './customer-changes.js';
import type { CustomerResponse } from './customers.dto.js';

/** The columns of a {@link CustomerResponse}, which a row of them is as it stands. */
export const COLUMNS =
  'id, external_id, name, email, dob, country, language, created_at, updated_at, version';

/** An undeleted customer. */
export async function findLive(
  manager: EntityManager,
  id: string,
  lock: '' | 'FOR NO KEY UPDATE' = '',
): Promise<CustomerResponse | undefined> {
  const [row] = await manager.query<CustomerResponse[]>(
    `SELECT ${COLUMNS} FROM customers WHERE id = $1 AND deleted_at IS NULL ${lock}`,
    [id],
  );
  return row;
}

export function insertion(customer: Editable): Change {
  return {
    sql: `INSERT INTO customers (${EDITABLE.join(', ')}) VALUES ($1, $2, $3, $4, $5, $6)
          RETURNING ${COLUMNS}`,
    parameters: valuesOf(customer),
  };
}

type Version = Pick<CustomerResponse, 'id' | 'version'>;

/** Changes nothing when the row has another version by now. */
export function update({ id, version }: Version, customer: Editable): Change {
  return {
    sql: `UPDATE customers SET (${EDITABLE.join(', ')}) = ($3, $4, $5, $6, $7, $8),
            updated_at = now(), version = version + 1
          WHERE id = $1 AND version = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id, version, ...valuesOf(customer)],
  };
}

/** Changes nothing when the row has another version by now. */
export function deletion({ id, version }: Version): Change {
  return {
    sql: `UPDATE customers SET deleted_at = now(), updated_at = now(), version = version + 1
          WHERE id = $1 AND version = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id, version],
  };
}

/** Changes nothing when it is not deleted. */
export function restoration(id: string): Change {
  return {
    sql: `UPDATE customers SET deleted_at = NULL, updated_at = now(), version = version + 1
          WHERE id = $1 AND deleted_at IS NOT NULL AND erased_at IS NULL RETURNING ${COLUMNS}`,
    parameters: [id],
  };
}

function valuesOf(customer: Editable): (string | null)[] {
  return EDITABLE.map((field) => customer[field]);
}
