import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Bulkheads } from '../common/bulkheads/bulkheads.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { transaction } from '../common/database/transaction.js';
import { forbidden, notFound } from '../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { Idempotency, type IdempotentRequest } from '../common/idempotency/idempotency.js';
import type { Page } from '../common/pagination/page.dto.js';
import { holds, lackOf } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import type { CustomerFields } from './customer-fields.js';
import {
  applyPatch,
  checkCustomer,
  type CustomerPatch,
  patchOf,
  replacementOf,
} from './customer-patch.js';
import type {
  CustomerBody,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { notDeleted, notWithYoungest } from './customers.errors.js';
import { CustomersRepository } from './customers.repository.js';

@Injectable()
export class CustomersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly customers: CustomersRepository,
    private readonly idempotency: Idempotency,
    private readonly bulkheads: Bulkheads,
  ) {}

  /** @throws AppError 403 for `deleted`, 400 for parameters that cannot be combined with `n` */
  async list(principal: Principal, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    checkDeleted(principal, query);
    return this.bulkheads.list(principal.userId, query, () => this.read(query));
  }

  async get(id: string): Promise<CustomerResponse> {
    const customer = await this.customers.get(id);
    if (!customer) throw notFound('customer');
    return customer;
  }

  async create(
    principal: Principal,
    body: CustomerBody,
    request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    const customer = replacementOf(body);
    checkCustomer(customer);
    return this.once(request, (manager) => this.customers.insert(manager, principal, customer));
  }

  /** PUT: a missing field is cleared. */
  replace(
    principal: Principal,
    id: string,
    body: CustomerBody,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.update(principal, id, replacementOf(body), ifMatch);
  }

  /** PATCH: a missing field stays as it is, null clears it. */
  modify(
    principal: Principal,
    id: string,
    body: CustomerBody,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.update(principal, id, patchOf(body), ifMatch);
  }

  /** Soft delete: reads no longer return the customer, and its e-mail and external id become free. */
  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    await this.write(id, ifMatch, (manager) =>
      this.customers.softDelete(manager, principal, id, versionsOf(ifMatch)),
    );
  }

  /** @throws AppError 404, or 409 when it is not deleted or its e-mail or external id is taken */
  restore(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    return this.once(request, async (manager) => {
      const restored = await this.customers.restore(manager, principal, id);
      if (restored) return restored;
      throw (await this.customers.find(manager, { id })) ? notDeleted() : notFound('customer');
    });
  }

  private async read(query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    if (query.n === undefined) return this.customers.list(query);
    const excluded = (['limit', 'cursor', 'sort'] as const).filter(
      (parameter) => query[parameter] !== undefined,
    );
    if (excluded.length > 0) throw notWithYoungest(excluded);
    return this.customers.youngest(query.n, query);
  }

  private update(
    principal: Principal,
    id: string,
    patch: CustomerPatch,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.write(
      id,
      ifMatch,
      (manager) => this.customers.update(manager, principal, { id }, versionsOf(ifMatch), patch),
      (customer) => void applyPatch(customer, patch),
    );
  }

  /**
   * Runs the statement of `work` without a transaction: PostgreSQL decides which of several concurrent
   * writes comes first. When the statement writes nothing, locks and reads the row to find the reason.
   *
   * @returns the written customer, or the unchanged one when there was nothing to write
   * @throws AppError 404, 428, 412, or what `check` throws
   */
  private async write(
    id: string,
    ifMatch: IfMatch,
    work: (manager: EntityManager) => Promise<CustomerResponse | undefined>,
    check: (customer: CustomerFields) => void = () => undefined,
  ): Promise<CustomerResponse> {
    const { requireIfMatch } = this.config;
    const isComplete = ifMatch !== undefined || !requireIfMatch;
    const written = isComplete ? await work(this.dataSource.manager) : undefined;
    if (written) return written;
    return transaction(this.dataSource, async (manager) => {
      const customer = await this.customers.find(manager, { id }, 'FOR NO KEY UPDATE');
      if (!customer) throw notFound('customer');
      checkIfMatch(ifMatch, customer.version, requireIfMatch);
      check(customer);
      return (await work(manager)) ?? customer;
    });
  }

  /** Without a key, `work` is one statement and needs no transaction. */
  private once<T>(
    request: IdempotentRequest | undefined,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return request ? this.idempotency.once(request, work) : work(this.dataSource.manager);
  }
}

/** @returns undefined for any version */
export function versionsOf(ifMatch: IfMatch): readonly number[] | undefined {
  return ifMatch === 'any' ? undefined : ifMatch;
}

/** @throws AppError 403: only principals who can restore customers may see deleted ones */
export function checkDeleted(principal: Principal, { deleted }: CustomerFilters): void {
  if (!deleted || holds(principal, 'customers:admin')) return;
  throw forbidden(lackOf(principal, 'customers:admin'));
}
