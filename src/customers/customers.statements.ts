import type { EntityManager } from 'typeorm';
import { translateConstraints } from '../common/database/errors.js';
import { EDITABLE, type Editable } from './customer-changes.js';
import type { CustomerResponse } from './customers.dto.js';
import { customerConflicts } from './customers.errors.js';

/** The columns of a {@link CustomerRow}. */
export const COLUMNS =
  'id, external_id, name, email, dob, country, language, created_at, updated_at, version';

export type CustomerRow = Omit<CustomerResponse, 'created_at' | 'updated_at'> & {
  created_at: Date;
  updated_at: Date;
};

export function rowToResponse(row: CustomerRow): CustomerResponse {
  return {
    id: row.id,
    external_id: row.external_id,
    name: row.name,
    email: row.email,
    dob: row.dob,
    country: row.country,
    language: row.language,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
  };
}

/** An undeleted customer. */
export async function findLive(
  manager: EntityManager,
  id: string,
  lock: '' | 'FOR NO KEY UPDATE' = '',
): Promise<CustomerRow | undefined> {
  const [row] = await manager.query<CustomerRow[]>(
    `SELECT ${COLUMNS} FROM customers WHERE id = $1 AND deleted_at IS NULL ${lock}`,
    [id],
  );
  return row;
}

/** @throws AppError 409 */
export async function insertCustomer(
  manager: EntityManager,
  customer: Editable,
): Promise<CustomerRow> {
  const [row] = await translateConstraints(customerConflicts, () =>
    manager.query<[CustomerRow]>(
      `INSERT INTO customers (${EDITABLE.join(', ')}) VALUES ($1, $2, $3, $4, $5, $6)
       RETURNING ${COLUMNS}`,
      valuesOf(customer),
    ),
  );
  return row;
}

type Version = Pick<CustomerRow, 'id' | 'version'>;

/** @returns undefined when the row has another version by now. @throws AppError 409 */
export async function updateCustomer(
  manager: EntityManager,
  { id, version }: Version,
  customer: Editable,
): Promise<CustomerRow | undefined> {
  const [[row]] = await translateConstraints(customerConflicts, () =>
    manager.query<[CustomerRow[], number]>(
      `UPDATE customers SET (${EDITABLE.join(', ')}) = ($3, $4, $5, $6, $7, $8),
         updated_at = now(), version = version + 1
       WHERE id = $1 AND version = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
      [id, version, ...valuesOf(customer)],
    ),
  );
  return row;
}

/** @returns undefined when the row has another version by now */
export async function deleteCustomer(
  manager: EntityManager,
  { id, version }: Version,
): Promise<CustomerRow | undefined> {
  const [[row]] = await manager.query<[CustomerRow[], number]>(
    `UPDATE customers SET deleted_at = now(), updated_at = now(), version = version + 1
     WHERE id = $1 AND version = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    [id, version],
  );
  return row;
}

/** @returns undefined when it is not deleted. @throws AppError 409 */
export async function restoreCustomer(
  manager: EntityManager,
  id: string,
): Promise<CustomerRow | undefined> {
  const [[row]] = await translateConstraints(customerConflicts, () =>
    manager.query<[CustomerRow[], number]>(
      `UPDATE customers SET deleted_at = NULL, updated_at = now(), version = version + 1
       WHERE id = $1 AND deleted_at IS NOT NULL AND erased_at IS NULL RETURNING ${COLUMNS}`,
      [id],
    ),
  );
  return row;
}

function valuesOf(customer: Editable): (string | null)[] {
  return EDITABLE.map((field) => customer[field]);
}
