import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { Audit, type AuditAction } from '../common/audit/audit.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { translateConstraints } from '../common/database/errors.js';
import { forbidden, notFound } from '../common/errors/errors.js';
import type { Page } from '../common/http/pagination.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import { isGranted } from '../common/security/permissions.js';
import type { Principal } from '../common/security/principal.js';
import { Customer } from './customer.entity.js';
import type {
  CustomerBody,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { customerConflicts, identityMissing, notWithYoungest } from './customers.errors.js';
import { CustomersQueries } from './customers.queries.js';

type Editable = Pick<Customer, 'externalId' | 'name' | 'email' | 'dob' | 'country' | 'language'>;

@Injectable()
export class CustomersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly queries: CustomersQueries,
    private readonly audit: Audit,
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

  async create(principal: Principal, body: CustomerBody): Promise<CustomerResponse> {
    const fields = wholeOf(body);
    requireIdentity(fields);
    return this.dataSource.transaction(async (manager) => {
      const customer = manager.create(Customer, fields);
      await translateConstraints(customerConflicts, () => manager.insert(Customer, customer));
      const changes = differences(NOTHING, fields);
      await this.record(manager, principal, 'customer_created', customer.id, changes);
      return toResponse(customer);
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
      const customer = await this.lock(manager, id);
      checkIfMatch(ifMatch, customer.version, this.config.requireIfMatch);
      await manager.update(Customer, id, {
        deletedAt: () => 'now()',
        updatedAt: () => 'now()',
        version: customer.version + 1,
      });
      await this.record(manager, principal, 'customer_deleted', id);
    });
  }

  private async update(
    principal: Principal,
    id: string,
    fields: Partial<Editable>,
    ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.dataSource.transaction(async (manager) => {
      const customer = await this.lock(manager, id);
      checkIfMatch(ifMatch, customer.version, this.config.requireIfMatch);
      requireIdentity({ ...editableOf(customer), ...fields });
      const changes = differences(customer, fields);
      if (Object.keys(changes).length === 0) return toResponse(customer);
      await translateConstraints(customerConflicts, () =>
        manager.update(Customer, id, {
          ...fields,
          updatedAt: () => 'now()',
          version: customer.version + 1,
        }),
      );
      await this.record(manager, principal, 'customer_updated', id, changes);
      return toResponse(await manager.findOneByOrFail(Customer, { id }));
    });
  }

  private async lock(manager: EntityManager, id: string): Promise<Customer> {
    const customer = await manager.findOne(Customer, {
      where: { id, deletedAt: IsNull() },
      lock: { mode: 'for_no_key_update' },
    });
    if (!customer) throw notFound('customer');
    return customer;
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

const NOTHING: Editable = {
  externalId: null,
  name: null,
  email: null,
  dob: null,
  country: null,
  language: null,
};

function editableOf(customer: Customer): Editable {
  const { externalId, name, email, dob, country, language } = customer;
  return { externalId, name, email, dob, country, language };
}

function wholeOf(body: CustomerBody): Editable {
  return { ...NOTHING, ...sentOf(body) };
}

function sentOf({ external_id: externalId, ...body }: CustomerBody): Partial<Editable> {
  const { name, email, dob, country, language } = body;
  const fields = { externalId, name, email, dob, country, language };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function requireIdentity({ name, email, externalId }: Editable): void {
  if (!name && !email && !externalId) throw identityMissing();
}

type Changes = Record<string, { from: string | null; to: string | null }>;

/** Before and after of the fields that differ, under their names on the wire. */
function differences(before: Editable, after: Partial<Editable>): Changes {
  const changes: Changes = {};
  for (const [field, to] of Object.entries(after) as [keyof Editable, string | null][]) {
    if (before[field] === to) continue;
    changes[field === 'externalId' ? 'external_id' : field] = { from: before[field], to };
  }
  return changes;
}

function toResponse(customer: Customer): CustomerResponse {
  return {
    id: customer.id,
    external_id: customer.externalId,
    name: customer.name,
    email: customer.email,
    dob: customer.dob,
    country: customer.country,
    language: customer.language,
    created_at: customer.createdAt.toISOString(),
    updated_at: customer.updatedAt.toISOString(),
    version: customer.version,
  };
}
