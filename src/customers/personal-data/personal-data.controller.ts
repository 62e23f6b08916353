import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditEventPage, type AuditEventResponse } from '../../audit/audit.dto.js';
import type { IdempotentRequest } from '../../common/idempotency/idempotency.js';
import { Idempotent } from '../../common/idempotency/idempotency-key.js';
import { Operation } from '../../common/openapi/operation.js';
import { type Page, PageQuery } from '../../common/pagination/page.dto.js';
import { CurrentUser, Id, Permission, Recent } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { PersonalDataResponse } from './personal-data.dto.js';
import { PersonalDataService } from './personal-data.service.js';

@ApiTags('customers')
@Controller('customers')
export class PersonalDataController {
  constructor(private readonly personalData: PersonalDataService) {}

  @Get(':id/history')
  @Permission('customers:admin')
  @Operation({
    summary: "Read a customer's history",
    description: 'Shows who changed what and when, newest first, also for deleted customers.',
    returns: AuditEventPage,
    errors: ['not_found'],
  })
  getCustomerHistory(
    @Id() id: string,
    @Query() page: PageQuery,
  ): Promise<Page<AuditEventResponse>> {
    return this.personalData.history(id, page);
  }

  @Get(':id/export')
  @Permission('customers:admin')
  @Operation({
    summary: 'Export all data about a customer',
    description: 'Also works for deleted customers.',
    returns: PersonalDataResponse,
    errors: ['not_found'],
  })
  exportPersonalData(
    @CurrentUser() principal: Principal,
    @Id() id: string,
  ): Promise<PersonalDataResponse> {
    return this.personalData.export(principal, id);
  }

  @Post(':id/erase')
  @Permission('customers:admin')
  @Recent()
  @Operation({
    summary: 'Erase a customer permanently',
    description:
      'Overwrites the personal data in the customer, its history and stored responses. Also works for ' +
      'deleted customers. It cannot be undone. Afterwards the customer is 404.',
    errors: ['not_found'],
  })
  eraseCustomer(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<void> {
    return this.personalData.erase(principal, id, request);
  }
}
