import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditEventResponse } from '../../audit/audit.dto.js';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { retryRead } from '../../common/database/retry-read.js';
import { notFound } from '../../common/errors/errors.js';
import { IdempotencyRecordsRepository } from '../../common/idempotency/idempotency-records.repository.js';
import { Idempotency, type IdempotentRequest } from '../../common/idempotency/idempotency.js';
import type { Page, PageQuery } from '../../common/pagination/page.dto.js';
import type { Principal } from '../../common/security/principal.js';
import type { CustomerResponse } from '../customers.dto.js';
import { CustomersRepository, type HeldCustomer } from '../customers.repository.js';
import type { PersonalDataResponse } from './personal-data.dto.js';

/** Exports and erases the data of a customer, deleted or not: GDPR articles 15 and 17. */
@Injectable()
export class PersonalDataService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly customers: CustomersRepository,
    private readonly audit: AuditEventsRepository,
    private readonly idempotency: Idempotency,
    private readonly answers: IdempotencyRecordsRepository,
  ) {}

  async history(id: string, page: PageQuery): Promise<Page<AuditEventResponse>> {
    await retryRead(() => this.find(this.dataSource.manager, id));
    return this.audit.list({ subject_id: id }, page);
  }

  export(principal: Principal, id: string): Promise<PersonalDataResponse> {
    const gather = async (manager: EntityManager): Promise<PersonalDataResponse> => {
      const { now, ...customer } = await this.find(manager, id);
      await this.audit.record(manager, principal, {
        action: 'customers_exported',
        subject: { type: 'customer', id },
      });
      return {
        exported_at: now,
        customer,
        history: await this.audit.about(manager, id),
        kept_answers: (await this.answers.about<KeptResponse>(manager, id)).flatMap(
          ({ claimed_at, response }) =>
            customersIn(response, id).map((shown) => ({ claimed_at, response: shown })),
        ),
      };
    };
    // A lost COMMIT can record the export twice. It is never returned without a record.
    return retryRead(() => this.dataSource.transaction('REPEATABLE READ', gather));
  }

  /** Erases a customer irreversibly. Afterwards every route answers 404 for it. */
  async erase(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    await this.idempotency.once(request, async (manager) => {
      const version = await this.customers.erase(manager, id);
      if (version === undefined) throw notFound('customer');
      await this.audit.eraseDiffs(manager, id);
      await this.answers.forget(manager, id);
      await this.audit.record(manager, principal, {
        action: 'customer_erased',
        subject: { type: 'customer', id, version },
      });
    });
  }

  /** @throws AppError 404 when the customer is missing or erased */
  private async find(manager: EntityManager, id: string): Promise<HeldCustomer> {
    const customer = await this.customers.findHeld(manager, id);
    if (!customer) throw notFound('customer');
    return customer;
  }
}

/** A stored response: one customer, or the results of a batch. */
type KeptResponse = CustomerResponse | { results: { customer?: CustomerResponse }[] };

/** The occurrences of the customer in a stored response. A batch also contains other customers. */
function customersIn(response: KeptResponse, id: string): CustomerResponse[] {
  if (!('results' in response)) return [response];
  return response.results.flatMap(({ customer }) => (customer?.id === id ? [customer] : []));
}
