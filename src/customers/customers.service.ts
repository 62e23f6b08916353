import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit, type AuditAction } from '../common/audit/audit.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { AppError } from '../common/errors/app-error.js';
import { forbidden, notFound } from '../common/errors/errors.js';
import { Idempotency, type IdempotentRequest } from '../common/http/idempotency.js';
import type { Page } from '../common/http/pagination.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { isGranted } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import {
  type Changes,
  changesFrom,
  changesOfNew,
  type Editable,
  requireIdentity,
  sentOf,
  wholeOf,
} from './customer-changes.js';
import type {
  CustomerBody,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { notDeleted, notWithYoungest } from './customers.errors.js';
import { CustomersQueries } from './customers.queries.js';
import {
  type CustomerRow,
  deleteCustomer,
  findLive,
  insertCustomer,
  restoreCustomer,
  rowToResponse,
  updateCustomer,
} from './customers.statements.js';

@Injectable()
export class CustomersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: CustomersQueries,
    private readonly audit: Audit,
    private readonly idempotency: Idempotency,
  ) {}

  async list(principal: Principal, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    checkDeleted(principal, query);
    if (query.n === undefined) return this.queries.list(query);
    const excluded = (['limit', 'cursor', 'sort'] as const).filter(
      (parameter) => query[parameter] !== undefined,
    );
    if (excluded.length > 0) throw notWithYoungest(excluded);
    return this.queries.youngest(query.n, query);
  }

  async get(id: string): Promise<CustomerResponse> {
    const customer = await this.queries.get(id);
    if (!customer) throw notFound('customer');
    return customer;
  }

  async create(
    principal: Principal,
    body: CustomerBody,
    request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    const fields = wholeOf(body);
    requireIdentity(fields);
    return this.idempotency.once(request, async (manager) => {
      const customer = await insertCustomer(manager, fields);
      const changes = changesOfNew(customer);
      await this.record(manager, principal, 'customer_created', customer.id, changes);
      return rowToResponse(customer);
    });
  }

  /** PUT: a missing field is cleared. */
  replace(
    principal: Principal,
    id: string,
    body: CustomerBody,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.update(principal, id, wholeOf(body), ifMatch);
  }

  /** PATCH: a missing field stays as it is, null clears it. */
  modify(
    principal: Principal,
    id: string,
    body: CustomerBody,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.update(principal, id, sentOf(body), ifMatch);
  }

  /** Soft: gone from every read, its e-mail and external id free for another. */
  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.changing(manager, id, ifMatch, (customer) => deleteCustomer(manager, customer));
      await this.record(manager, principal, 'customer_deleted', id);
    });
  }

  /** @throws AppError 404, or 409 when it is not deleted or its e-mail or external id was taken */
  async restore(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    return this.idempotency.once(request, async (manager) => {
      const customer = await restoreCustomer(manager, id);
      if (!customer) throw (await findLive(manager, id)) ? notDeleted() : notFound('customer');
      await this.record(manager, principal, 'customer_restored', id);
      return rowToResponse(customer);
    });
  }

  private update(
    principal: Principal,
    id: string,
    fields: Partial<Editable>,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.dataSource.transaction(async (manager) => {
      const changed = await this.changing(manager, id, ifMatch, async (before) => {
        const after = { ...before, ...fields };
        requireIdentity(after);
        const changes = changesFrom(before, after);
        if (Object.keys(changes).length === 0) return before;
        const row = await updateCustomer(manager, before, after);
        if (row) await this.record(manager, principal, 'customer_updated', id, changes);
        return row;
      });
      return rowToResponse(changed);
    });
  }

  /**
   * The UPDATE that `change` makes compares the version itself, so of several at once one wins. The
   * others decide again, this time under the row's lock.
   *
   * @throws AppError 404, 428 or 412
   */
  private async changing(
    manager: EntityManager,
    id: string,
    ifMatch: IfMatch,
    change: (customer: CustomerRow) => Promise<CustomerRow | undefined>,
  ): Promise<CustomerRow> {
    for (const lock of ['', 'FOR NO KEY UPDATE'] as const) {
      const customer = await findLive(manager, id, lock);
      if (!customer) throw notFound('customer');
      checkIfMatch(ifMatch, customer.version, this.config.requireIfMatch);
      const changed = await change(customer);
      if (changed) return changed;
    }
    throw new AppError('precondition_failed');
  }

  private async record(
    manager: EntityManager,
    principal: Principal,
    action: AuditAction,
    id: string,
    changes?: Changes,
  ): Promise<void> {
    await this.audit.record(manager, principal, {
      action,
      subject: { type: 'customer', id },
      details: changes && { changes },
    });
  }
}

/** @throws AppError 403 for deleted customers, which only those see who may restore them */
export function checkDeleted({ role }: Principal, { deleted }: CustomerFilters): void {
  if (deleted && !isGranted(role, 'customers:admin')) throw forbidden();
}
