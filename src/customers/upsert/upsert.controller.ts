import { Body, Controller, Patch, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type IfMatch, OnlyCreates, Precondition } from '../../common/http/preconditions.js';
import { Operation } from '../../common/openapi/operation.js';
import { CurrentUser, Permission } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { EXAMPLE_FIELDS } from '../customer-fields.js';
import { CustomerBody, CustomerResponse } from '../customers.dto.js';
import { UpsertQuery } from './upsert.dto.js';
import { UpsertService, type Upserted } from './upsert.service.js';

const { external_id: _, ...EXAMPLE } = EXAMPLE_FIELDS;

/** The documentation that both routes share. */
const UPSERT = {
  upsertsIn: '/customers',
  returns: CustomerResponse,
  errors: ['email_taken'],
} as const;

const describe = (missing: string) =>
  'Creates the customer when no undeleted customer has this external id, and answers 201. A missing ' +
  `field ${missing}. If the body has an external_id, it must be the same.`;

@ApiTags('customers')
@Controller('customers')
export class UpsertController {
  constructor(private readonly upserts: UpsertService) {}

  @Put()
  @Permission('customers:write')
  @Operation({
    summary: 'Replace or create a customer by its external id',
    description: describe('is cleared'),
    ...UPSERT,
    examples: { body: CustomerBody, bodies: { 'all fields': EXAMPLE } },
  })
  async replaceCustomerByExternalId(
    @CurrentUser() principal: Principal,
    @Query() { external_id: externalId }: UpsertQuery,
    @Body() body: CustomerBody,
    @Precondition() ifMatch: IfMatch,
    @OnlyCreates() onlyCreates: boolean,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerResponse> {
    const conditions = { ifMatch, onlyCreates };
    return answer(reply, await this.upserts.replace(principal, externalId, body, conditions));
  }

  @Patch()
  @Permission('customers:write')
  @Operation({
    summary: 'Update or create a customer by its external id',
    description: describe('stays as it is; null clears it'),
    ...UPSERT,
    examples: {
      body: CustomerBody,
      bodies: { 'a few fields': { name: 'Ada King', country: 'GB' } },
    },
  })
  async updateCustomerByExternalId(
    @CurrentUser() principal: Principal,
    @Query() { external_id: externalId }: UpsertQuery,
    @Body() body: CustomerBody,
    @Precondition() ifMatch: IfMatch,
    @OnlyCreates() onlyCreates: boolean,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerResponse> {
    const conditions = { ifMatch, onlyCreates };
    return answer(reply, await this.upserts.modify(principal, externalId, body, conditions));
  }
}

function answer(reply: FastifyReply, { customer, isNew }: Upserted): CustomerResponse {
  if (isNew) void reply.code(201);
  return customer;
}
