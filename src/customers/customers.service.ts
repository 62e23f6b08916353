import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditedStatement, type Statement } from '../audit/audited-statement.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { translateConstraints } from '../common/database/database-errors.js';
import { forbidden, notFound } from '../common/errors/errors.js';
import { Idempotency, type IdempotentRequest } from '../common/idempotency/idempotency.js';
import type { Page } from '../common/pagination/pagination.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { isGranted } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import type { CustomerFields } from './customer-fields.js';
import {
  type CustomerDiff,
  type CustomerPatch,
  diffOfNew,
  patchOf,
  replacementOf,
  requireIdentity,
} from './customer-patch.js';
import type {
  CustomerBody,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { customerConflicts, notDeleted, notWithYoungest } from './customers.errors.js';
import { CustomersQueries } from './customers.queries.js';
import { deletion, findLive, insertion, restoration, update } from './customers.statements.js';

@Injectable()
export class CustomersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: CustomersQueries,
    private readonly audited: AuditedStatement,
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
    const fields = replacementOf(body);
    requireIdentity(fields);
    return this.once(request, async (manager) => {
      const changes = diffOfNew(fields);
      const created = await this.change(
        manager,
        principal,
        'customer_created',
        insertion(fields),
        changes,
      );
      return created as CustomerResponse;
    });
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

  /** Soft: gone from every read, its e-mail and external id free for another. */
  async remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    const change = deletion(id, versionsOf(ifMatch));
    await this.changing(principal, 'customer_deleted', id, ifMatch, change);
  }

  /** @throws AppError 404, or 409 when it is not deleted or its e-mail or external id was taken */
  restore(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    return this.once(request, async (manager) => {
      const customer = await this.change(manager, principal, 'customer_restored', restoration(id));
      if (customer) return customer;
      throw (await findLive(manager, id)) ? notDeleted() : notFound('customer');
    });
  }

  private update(
    principal: Principal,
    id: string,
    fields: CustomerPatch,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    const isEmpty = Object.keys(fields).length === 0;
    const change = isEmpty ? undefined : update(id, versionsOf(ifMatch), fields);
    return this.changing(principal, 'customer_updated', id, ifMatch, change, (customer) => {
      requireIdentity({ ...customer, ...fields });
    });
  }

  /**
   * The statement decides by itself, so that of several changes at once each finds what another has
   * left. When it changes nothing, the row is looked at under its lock, to tell why not.
   *
   * @throws AppError 404, 428, 412, or what `check` throws
   */
  private async changing(
    principal: Principal,
    action: AuditAction,
    id: string,
    ifMatch: IfMatch,
    change: Statement | undefined,
    check: (customer: CustomerFields) => void = () => undefined,
  ): Promise<CustomerResponse> {
    const { manager } = this.dataSource;
    const { requireIfMatch } = this.config;
    const run = (on: EntityManager) => change && this.change(on, principal, action, change);
    const isComplete = ifMatch !== undefined || !requireIfMatch;
    const changed = isComplete ? await run(manager) : undefined;
    if (changed) return changed;
    return manager.transaction(async (locking) => {
      const customer = await findLive(locking, id, 'FOR NO KEY UPDATE');
      if (!customer) throw notFound('customer');
      checkIfMatch(ifMatch, customer.version, requireIfMatch);
      check(customer);
      return (await run(locking)) ?? customer;
    });
  }

  /** A change is one statement, so without a key to keep it needs no transaction around it. */
  private once<T>(
    request: IdempotentRequest | undefined,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return request ? this.idempotency.once(request, work) : work(this.dataSource.manager);
  }

  /** @throws AppError 409 */
  private change(
    manager: EntityManager,
    principal: Principal,
    action: AuditAction,
    change: Statement,
    changes?: CustomerDiff,
  ): Promise<Changed> {
    const record = {
      action,
      subject: { type: 'customer' },
      details: changes && { changes },
    } as const;
    return translateConstraints(customerConflicts, () =>
      this.audited.run<CustomerResponse>(manager, principal, record, change),
    );
  }
}

type Changed = CustomerResponse | undefined;

/** undefined stands for any. */
function versionsOf(ifMatch: IfMatch): readonly number[] | undefined {
  return ifMatch === 'any' ? undefined : ifMatch;
}

/** @throws AppError 403 for deleted customers, which only those see who may restore them */
export function checkDeleted({ role }: Principal, { deleted }: CustomerFilters): void {
  if (deleted && !isGranted(role, 'customers:admin')) throw forbidden();
}
