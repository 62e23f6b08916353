import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditedStatement, type Statement } from '../audit/audited-statement.js';
import { translateConstraints } from '../common/database/database-errors.js';
import { retryRead } from '../common/database/retry-read.js';
import { currentTraceparent } from '../common/logging/trace-id.js';
import { Cursors } from '../common/pagination/cursors.js';
import { countRows } from '../common/pagination/counts.js';
import { firstRows, keysetPage } from '../common/pagination/keyset.js';
import type { Page } from '../common/pagination/page.dto.js';
import type { Principal } from '../common/security/principal.js';
import type { CustomerFields } from './customer-fields.js';
import { listOf, youngestOf } from './customer-lists.js';
import { type CustomerDiff, type CustomerPatch, diffOf } from './customer-patch.js';
import {
  COLUMNS,
  columnOf,
  type CustomerKey,
  ERASE,
  insertStatement,
  restoreStatement,
  softDeleteStatement,
  updateStatement,
  valueOf,
  type Versions,
} from './customer-statements.js';
import { type CustomerWrite, inputOf, LOCK_ALL, WRITE_ALL } from './customer-batch-statements.js';
import type { CustomerResponse, ListCustomersQuery } from './customers.dto.js';
import { customerConflicts } from './customers.errors.js';
import {
  STATISTICS,
  STATISTICS_EXTENT,
  type StatisticsRow,
  type StatisticsSample,
} from './statistics/statistics.sql.js';

export type HeldCustomer = CustomerResponse & { deleted_at: string | null; now: string };

/**
 * The statements on `customers`. They are SQL, and their rows are responses: these requests are most of
 * the traffic, and creating entities would cost a third of their throughput.
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
      sort,
      page: { limit, cursor, count },
      toItem: (customer) => customer,
    });
  }

  /** The n youngest customers, by date of birth and then id. Those without a date are left out. */
  async youngest(n: number, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const list = youngestOf(query);
    const { rows, end } = await firstRows<CustomerResponse>(this.dataSource, list, n);
    return {
      data: rows,
      page: {
        limit: n,
        has_more: false,
        next_cursor: null,
        ...(end && { is_incomplete: true }),
        ...(query.count && (await countRows(this.dataSource, list))),
      },
    };
  }

  /** Counts undeleted customers. A large table is sampled. */
  async statistics(): Promise<StatisticsSample> {
    const [extent] = await retryRead(() =>
      this.dataSource.query<{ percent: number; month: string }[]>(STATISTICS_EXTENT),
    );
    if (!extent) throw new Error('SELECT returned no row');
    const rows = await retryRead(() =>
      this.dataSource.query<StatisticsRow[]>(STATISTICS, [extent.percent]),
    );
    return { ...extent, rows };
  }

  /** @returns undefined when the customer is missing or deleted */
  get(id: string): Promise<CustomerResponse | undefined> {
    return retryRead(() => this.find(this.dataSource.manager, { id }));
  }

  /** As {@link get}, in a transaction. A lock is held until the transaction ends. */
  async find(
    manager: EntityManager,
    key: CustomerKey,
    lock: 'FOR NO KEY UPDATE' | '' = '',
  ): Promise<CustomerResponse | undefined> {
    const [row] = await manager.query<CustomerResponse[]>(
      `SELECT ${COLUMNS} FROM customers
       WHERE ${columnOf(key)} = $1 AND deleted_at IS NULL ${lock}`,
      [valueOf(key)],
    );
    return row;
  }

  /** Finds a customer for each key and locks all of them in the order of ids, to avoid deadlocks. */
  async lockAll(manager: EntityManager, keys: readonly CustomerKey[]): Promise<CustomerResponse[]> {
    if (keys.length === 0) return [];
    return manager.query<CustomerResponse[]>(LOCK_ALL, [
      keys.flatMap((key) => ('id' in key ? [key.id] : [])),
      keys.flatMap((key) => ('id' in key ? [] : [key.externalId])),
    ]);
  }

  /** Finds the customers that exist and are not deleted, in no order. */
  getMany(ids: readonly string[]): Promise<CustomerResponse[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return retryRead(() =>
      this.dataSource.query<CustomerResponse[]>(
        `SELECT ${COLUMNS} FROM customers WHERE id = ANY ($1) AND deleted_at IS NULL`,
        [ids],
      ),
    );
  }

  /** Finds a customer, deleted or not. @returns undefined when it is missing or erased */
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
    const created = await this.insertWith(manager, principal, customer);
    if (!created) throw new Error('INSERT returned no row');
    return created;
  }

  /**
   * @returns undefined when an undeleted customer has the external id
   * @throws AppError 409 when its e-mail is taken
   */
  insertIfNew(
    manager: EntityManager,
    principal: Principal,
    customer: CustomerFields,
  ): Promise<CustomerResponse | undefined> {
    const unlessItExists = 'ON CONFLICT (external_id) WHERE deleted_at IS NULL DO NOTHING';
    return this.insertWith(manager, principal, customer, unlessItExists);
  }

  /**
   * Sets the fields of the patch.
   *
   * @returns undefined when the customer is missing, has another version, would lose its identity, or
   *   already has these values
   * @throws AppError 409 when its e-mail or external id is taken
   */
  async update(
    manager: EntityManager,
    principal: Principal,
    key: CustomerKey,
    versions: Versions,
    patch: CustomerPatch,
  ): Promise<CustomerResponse | undefined> {
    if (Object.keys(patch).length === 0) return undefined;
    const statement = updateStatement(key, versions, patch);
    return this.write(manager, principal, 'customer_updated', statement);
  }

  /** @returns undefined when the customer is missing, already deleted, or has another version */
  softDelete(
    manager: EntityManager,
    principal: Principal,
    id: string,
    versions: Versions,
  ): Promise<CustomerResponse | undefined> {
    const statement = softDeleteStatement(id, versions);
    return this.write(manager, principal, 'customer_deleted', statement);
  }

  /**
   * @returns undefined when the customer is missing, erased, or not deleted
   * @throws AppError 409 when its e-mail or external id is taken
   */
  restore(
    manager: EntityManager,
    principal: Principal,
    id: string,
  ): Promise<CustomerResponse | undefined> {
    return this.write(manager, principal, 'customer_restored', restoreStatement(id));
  }

  /**
   * Overwrites all fields of a customer, deleted or not.
   *
   * @returns the new version, or undefined when the customer is missing or erased
   */
  async erase(manager: EntityManager, id: string): Promise<number | undefined> {
    const [rows] = await manager.query<[{ version: number }[], number]>(ERASE, [id]);
    return rows[0]?.version;
  }

  /**
   * Writes new customers, and customers that the transaction has locked, in one statement with their
   * audit events. Each customer must occur once.
   *
   * @returns the customers by the `index` of their operations
   * @throws AppError 409 when an e-mail or external id is taken
   */
  async writeAll(
    manager: EntityManager,
    principal: Principal,
    writes: readonly CustomerWrite[],
  ): Promise<Map<number, CustomerResponse>> {
    if (writes.length === 0) return new Map();
    const rows = await translateConstraints(customerConflicts, () =>
      manager.query<(CustomerResponse & { index: number })[]>(WRITE_ALL, [
        inputOf(principal, writes),
        principal.userId,
        principal.ip,
        principal.requestId,
        currentTraceparent() ?? null,
      ]),
    );
    return new Map(rows.map(({ index, ...customer }) => [index, customer]));
  }

  private insertWith(
    manager: EntityManager,
    principal: Principal,
    customer: CustomerFields,
    onConflict?: string,
  ): Promise<CustomerResponse | undefined> {
    const statement = insertStatement(customer, onConflict);
    const diff = diffOf(undefined, customer);
    return this.write(manager, principal, 'customer_created', statement, diff);
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
