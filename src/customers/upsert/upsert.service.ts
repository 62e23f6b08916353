import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { transaction } from '../../common/database/transaction.js';
import { AppError } from '../../common/errors/app-error.js';
import { preconditionFailed, unavailable } from '../../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../../common/http/preconditions.js';
import type { Principal } from '../../common/security/principal.js';
import type { CustomerFields } from '../customer-fields.js';
import {
  applyPatch,
  checkExternalId,
  type CustomerPatch,
  patchOf,
  replacementOf,
} from '../customer-patch.js';
import type { CustomerBody, CustomerResponse } from '../customers.dto.js';
import { CustomersRepository } from '../customers.repository.js';
import { versionsOf } from '../customers.service.js';

export interface Upserted {
  customer: CustomerResponse;
  isNew: boolean;
}

/** The conditions in the headers of the request. */
export interface UpsertConditions {
  ifMatch: IfMatch;
  onlyCreates: boolean;
}

/** Each further attempt needs another request that creates or deletes the customer in between. */
const ATTEMPTS = 10;

const NOTHING_MATCHES = 'There is no such customer, so If-Match cannot match.';
const EXISTS = 'The customer exists, and If-None-Match: * only creates customers.';

/** Creates or updates a customer by its external id. */
@Injectable()
export class UpsertService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly customers: CustomersRepository,
  ) {}

  /** PUT: a missing field is cleared. */
  replace(
    principal: Principal,
    externalId: string,
    body: CustomerBody,
    conditions: UpsertConditions,
  ): Promise<Upserted> {
    checkExternalId(body, externalId);
    const customer = { ...replacementOf(body), external_id: externalId };
    return this.upsert(principal, externalId, customer, conditions);
  }

  /** PATCH: a missing field stays as it is, null clears it. */
  modify(
    principal: Principal,
    externalId: string,
    body: CustomerBody,
    conditions: UpsertConditions,
  ): Promise<Upserted> {
    checkExternalId(body, externalId);
    return this.upsert(principal, externalId, patchOf(body), conditions);
  }

  /** @throws AppError 400, 409, 412 or 428 */
  private async upsert(
    principal: Principal,
    externalId: string,
    patch: CustomerPatch,
    conditions: UpsertConditions,
  ): Promise<Upserted> {
    const created = applyPatch({ ...replacementOf({}), external_id: externalId }, patch);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const customer = await this.update(principal, externalId, patch, conditions);
      if (customer) return { customer, isNew: false };
      if (conditions.ifMatch !== undefined) throw preconditionFailed(NOTHING_MATCHES);
      const inserted = await this.create(principal, externalId, created);
      if (inserted) return { customer: inserted, isNew: true };
    }
    throw unavailable();
  }

  /**
   * @returns undefined when another request has created the customer. PostgreSQL may report its e-mail
   *   as taken before its external id.
   */
  private async create(
    principal: Principal,
    externalId: string,
    customer: CustomerFields,
  ): Promise<CustomerResponse | undefined> {
    const { manager } = this.dataSource;
    try {
      return await this.customers.insertIfNew(manager, principal, customer);
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'email_taken';
      if (isTaken && (await this.customers.find(manager, { externalId }))) return undefined;
      throw error;
    }
  }

  /**
   * Uses one statement when the customer exists and changes. Otherwise it locks and reads the row.
   *
   * @returns the customer after the update; undefined when it does not exist
   */
  private async update(
    principal: Principal,
    externalId: string,
    patch: CustomerPatch,
    { ifMatch, onlyCreates }: UpsertConditions,
  ): Promise<CustomerResponse | undefined> {
    const { requireIfMatch } = this.config;
    const key = { externalId };
    const versions = versionsOf(ifMatch);
    const { manager } = this.dataSource;
    if (!onlyCreates && (ifMatch !== undefined || !requireIfMatch)) {
      const updated = await this.customers.update(manager, principal, key, versions, patch);
      if (updated) return updated;
    }
    if (!(await this.customers.find(manager, key))) return undefined;
    if (onlyCreates) throw preconditionFailed(EXISTS);
    return transaction(this.dataSource, async (locking) => {
      const customer = await this.customers.find(locking, key, 'FOR NO KEY UPDATE');
      if (!customer) return undefined;
      checkIfMatch(ifMatch, customer.version, requireIfMatch);
      applyPatch(customer, patch);
      return (await this.customers.update(locking, principal, key, versions, patch)) ?? customer;
    });
  }
}
