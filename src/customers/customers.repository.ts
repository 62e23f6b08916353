import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditedStatement, type Statement } from '../audit/audited-statement.js';
import { translateConstraints } from '../common/database/database-errors.js';
import { retryRead } from '../common/database/retry-read.js';
import { Cursors } from '../common/pagination/cursors.js';
import {
  countRows,
  firstRows,
  type KeysetList,
  keysetPage,
  type SortKey,
} from '../common/pagination/keyset.js';
import type { Page } from '../common/pagination/page.dto.js';
import type { Principal } from '../common/security/principal.js';
import {
  type CustomerField,
  type CustomerFields,
  FIELD_NAMES,
  IDENTIFYING_FIELDS,
} from './customer-fields.js';
import { conditionsOf, hasRanges, isUnique, searchOf } from './customer-filters.js';
import { type CustomerDiff, type CustomerPatch, diffOf } from './customer-patch.js';
import type {
  CUSTOMER_SORTS,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { customerConflicts } from './customers.errors.js';
import { MAXIMUM_KEYS } from './metadata.js';

/** The versions that a client allows to be written; undefined for any version. */
type Versions = readonly number[] | undefined;

export type HeldCustomer = CustomerResponse & { deleted_at: string | null; now: string };

const FIELDS = FIELD_NAMES.join(', ');

/** The columns of a {@link CustomerResponse}, so that a row is the response. */
const COLUMNS = `id, ${FIELDS}, created_at, updated_at, version`;
const COLUMNS_OF_C = COLUMNS.replaceAll(/\w+/g, 'c.$&');

/** `bigint`, because a client may send a number that is greater than any version. */
const IS_ALLOWED_VERSION = '($2::bigint[] IS NULL OR c.version = ANY ($2))';

const SORTS: Readonly<Record<(typeof CUSTOMER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  updated_at: { expression: 'updated_at', type: 'timestamptz', isNullable: false },
  name: { expression: 'name', type: 'text', isNullable: true },
  dob: { expression: 'dob', type: 'date', isNullable: true },
};

/**
 * The table of customers. Its statements are SQL and its rows are responses: these requests make up
 * most of the traffic, and creating entities costs a third of their throughput (bench/README.md).
 */
@Injectable()
export class CustomersRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
    private readonly audited: AuditedStatement,
  ) {}

  /** A page of the customers that match all filters. */
  list(query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const { limit, cursor, count, sort = '-created_at' } = query;
    return keysetPage<CustomerResponse, CustomerResponse>(this.dataSource, this.cursors, {
      ...listOf(query),
      sorts: SORTS,
      sort,
      page: { limit, cursor, count },
      toItem: (customer) => customer,
    });
  }

  /** By date of birth, then id, both descending. Customers without a date of birth are left out. */
  async youngest(n: number, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const list = {
      ...listOf(query),
      conditions: () => conditionsOf(query).and('dob IS NOT NULL'),
      sorts: { dob: { ...SORTS.dob, isNullable: false } },
      sort: '-dob',
    };
    return {
      data: await firstRows<CustomerResponse>(this.dataSource, list, n),
      page: {
        limit: n,
        has_more: false,
        next_cursor: null,
        ...(query.count && { total: await countRows(this.dataSource, list) }),
      },
    };
  }

  /** The customer, or undefined when it is missing or deleted. */
  get(id: string): Promise<CustomerResponse | undefined> {
    return retryRead(() => this.find(this.dataSource.manager, id));
  }

  /** As {@link get}, in a transaction; with a lock, until it ends. */
  async find(
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

  /** The customer, deleted or not, with the time of the read; undefined when missing or erased. */
  async findHeld(manager: EntityManager, id: string): Promise<HeldCustomer | undefined> {
    const [row] = await manager.query<HeldCustomer[]>(
      `SELECT ${COLUMNS}, deleted_at, now() AS now FROM customers
       WHERE id = $1 AND erased_at IS NULL`,
      [id],
    );
    return row;
  }

  /** @throws AppError 409 when its e-mail or external id is taken */
  async insert(
    manager: EntityManager,
    principal: Principal,
    customer: CustomerFields,
  ): Promise<CustomerResponse> {
    const statement: Statement = {
      sql: `INSERT INTO customers (${FIELDS})
            VALUES (${FIELD_NAMES.map((_, index) => `$${index + 1}`).join(', ')})
            RETURNING ${COLUMNS}`,
      parameters: FIELD_NAMES.map((field) => parameterOf(customer, field)),
      columns: COLUMNS,
    };
    const diff = diffOf(undefined, customer);
    const created = await this.write(manager, principal, 'customer_created', statement, diff);
    if (!created) throw new Error('INSERT returned no row');
    return created;
  }

  /**
   * Sets the fields of the patch. Undefined when the customer is missing, has another version, would
   * lose its identity, or already has these values.
   *
   * @throws AppError 409 when its e-mail or external id is taken
   */
  async update(
    manager: EntityManager,
    principal: Principal,
    id: string,
    versions: Versions,
    patch: CustomerPatch,
  ): Promise<CustomerResponse | undefined> {
    if (Object.keys(patch).length === 0) return undefined;
    const statement = updateStatement(id, versions, patch);
    return this.write(manager, principal, 'customer_updated', statement);
  }

  /** Undefined when the customer is missing, deleted already, or has another version. */
  softDelete(
    manager: EntityManager,
    principal: Principal,
    id: string,
    versions: Versions,
  ): Promise<CustomerResponse | undefined> {
    return this.write(manager, principal, 'customer_deleted', {
      sql: `UPDATE customers AS c
            SET deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = version + 1
            WHERE id = $1 AND ${IS_ALLOWED_VERSION} AND deleted_at IS NULL RETURNING ${COLUMNS}`,
      parameters: [id, versions],
      columns: COLUMNS,
    });
  }

  /**
   * Undefined when the customer is missing, erased, or not deleted.
   *
   * @throws AppError 409 when its e-mail or external id is taken
   */
  restore(
    manager: EntityManager,
    principal: Principal,
    id: string,
  ): Promise<CustomerResponse | undefined> {
    return this.write(manager, principal, 'customer_restored', {
      sql: `UPDATE customers SET deleted_at = NULL, updated_at = clock_timestamp(), version = version + 1
            WHERE id = $1 AND deleted_at IS NOT NULL AND erased_at IS NULL RETURNING ${COLUMNS}`,
      parameters: [id],
      columns: COLUMNS,
    });
  }

  /** Overwrites all fields of a customer, deleted or not. False when it is missing or erased. */
  async erase(manager: EntityManager, id: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown, number]>(
      `UPDATE customers
       SET ${FIELD_NAMES.map((field) => `${field} = NULL`).join(', ')},
         deleted_at = coalesce(deleted_at, now()), erased_at = now(),
         updated_at = clock_timestamp(), version = version + 1
       WHERE id = $1 AND erased_at IS NULL`,
      [id],
    );
    return count > 0;
  }

  private write(
    manager: EntityManager,
    principal: Principal,
    action: AuditAction,
    statement: Statement,
    diff?: CustomerDiff,
  ): Promise<CustomerResponse | undefined> {
    const details = diff && { changes: diff };
    const record = { action, subject: { type: 'customer' }, details } as const;
    return translateConstraints(customerConflicts, () =>
      this.audited.run<CustomerResponse>(manager, principal, record, statement),
    );
  }
}

function listOf(query: CustomerFilters): Omit<KeysetList, 'sorts' | 'sort'> {
  return {
    columns: COLUMNS,
    table: 'customers',
    conditions: () => conditionsOf(query),
    search: searchOf(query),
    isUnique: isUnique(query),
    hasRanges: hasRanges(query),
  };
}

function updateStatement(id: string, versions: Versions, patch: CustomerPatch): Statement {
  const { metadataKeys, ...fields } = patch;
  const sent = FIELD_NAMES.filter((field) => field in fields);
  const parameters: unknown[] = [id, versions];
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
          WHERE c.id = $1 AND ${IS_ALLOWED_VERSION} AND c.deleted_at IS NULL
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
