import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../../common/audit/audit.js';
import type { AuditEventResponse } from '../../common/audit/audit.dto.js';
import { AuditQueries } from '../../common/audit/audit.queries.js';
import { Conditions } from '../../common/database/keyset.js';
import { notFound } from '../../common/errors/errors.js';
import { Idempotency, type IdempotentRequest } from '../../common/http/idempotency.js';
import type { Page, PageQuery } from '../../common/http/pagination.js';
import type { Principal } from '../../common/security/principal.js';
import { COLUMNS, type CustomerRow, rowToResponse } from '../customers.statements.js';
import type { PersonalDataResponse } from './personal-data.dto.js';

type HeldRow = CustomerRow & { deleted_at: Date | null; now: Date };

/** What is held about a person, shown or erased: GDPR articles 15 and 17. Deleted ones count too. */
@Injectable()
export class PersonalDataService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly events: AuditQueries,
    private readonly idempotency: Idempotency,
  ) {}

  async history(id: string, page: PageQuery): Promise<Page<AuditEventResponse>> {
    await find(this.dataSource.manager, id);
    return this.events.list(
      () => new Conditions().add(id, (placeholder) => `subject_id = ${placeholder}`),
      page,
    );
  }

  async export(principal: Principal, id: string): Promise<PersonalDataResponse> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const customer = await find(manager, id);
      await this.audit.record(manager, principal, {
        action: 'customers_exported',
        subject: { type: 'customer', id },
      });
      return {
        exported_at: customer.now.toISOString(),
        customer: Object.assign(rowToResponse(customer), {
          deleted_at: customer.deleted_at?.toISOString() ?? null,
        }),
        history: await this.events.about(manager, id),
        kept_answers: await this.idempotency.answersAbout(manager, id),
      };
    });
  }

  /** Irreversible: afterwards the customer is as unknown as if there had never been one. */
  async erase(
    principal: Principal,
    id: string,
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    await this.idempotency.once(request, async (manager) => {
      await overwrite(manager, id);
      await this.audit.eraseChanges(manager, id);
      await this.idempotency.forget(manager, id);
      await this.audit.record(manager, principal, {
        action: 'customer_erased',
        subject: { type: 'customer', id },
      });
    });
  }
}

/** @throws AppError 404 when there is none, or it is erased */
async function find(manager: EntityManager, id: string): Promise<HeldRow> {
  const [row] = await manager.query<HeldRow[]>(
    `SELECT ${COLUMNS}, deleted_at, now() AS now FROM customers
     WHERE id = $1 AND erased_at IS NULL`,
    [id],
  );
  if (!row) throw notFound('customer');
  return row;
}

async function overwrite(manager: EntityManager, id: string): Promise<void> {
  const [, count] = await manager.query<[unknown, number]>(
    `UPDATE customers
     SET external_id = NULL, name = NULL, email = NULL, dob = NULL, country = NULL,
       language = NULL, deleted_at = coalesce(deleted_at, now()), erased_at = now(),
       updated_at = now(), version = version + 1
     WHERE id = $1 AND erased_at IS NULL`,
    [id],
  );
  if (count === 0) throw notFound('customer');
}
