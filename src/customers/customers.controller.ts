import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { IdempotentRequest } from '../common/idempotency/idempotency.js';
import { Idempotent } from '../common/idempotency/idempotency-key.js';
import { Operation } from '../common/openapi/operation.js';
import type { Page } from '../common/pagination/page.dto.js';
import { type IfMatch, Precondition } from '../common/http/preconditions.js';
import { CurrentUser, Id, Permission } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { EXAMPLE_FIELDS } from './customer-fields.js';
import {
  CustomerBody,
  CustomerPage,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { CustomersService } from './customers.service.js';

const TAKEN = ['email_taken', 'external_id_taken'] as const;

@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Get()
  @Permission('customers:read')
  @Operation({
    summary: 'List customers, or the n youngest',
    description:
      '`?n=5` returns the five youngest customers, by date of birth and then id, both descending. ' +
      'The filters apply to a list and to the youngest.',
    returns: CustomerPage,
  })
  list(
    @CurrentUser() principal: Principal,
    @Query() query: ListCustomersQuery,
  ): Promise<Page<CustomerResponse>> {
    return this.customers.list(principal, query);
  }

  @Post()
  @Permission('customers:write')
  @Operation({
    summary: 'Create a customer',
    description: 'Requires at least one of name, email and external_id.',
    createsIn: '/customers',
    returns: CustomerResponse,
    errors: TAKEN,
    examples: {
      body: CustomerBody,
      bodies: {
        'all fields': EXAMPLE_FIELDS,
        'a name alone': { name: 'Ada Lovelace' },
      },
    },
  })
  create(
    @CurrentUser() principal: Principal,
    @Body() body: CustomerBody,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    return this.customers.create(principal, body, request);
  }

  @Get(':id')
  @Permission('customers:read')
  @Operation({ summary: 'Read a customer', returns: CustomerResponse, errors: ['not_found'] })
  get(@Id() id: string): Promise<CustomerResponse> {
    return this.customers.get(id);
  }

  @Put(':id')
  @Permission('customers:write')
  @Operation({
    summary: 'Replace a customer',
    description: 'A missing field is cleared.',
    returns: CustomerResponse,
    errors: ['not_found', ...TAKEN],
    examples: {
      body: CustomerBody,
      bodies: {
        'all fields': {
          ...EXAMPLE_FIELDS,
          external_id: 'C-1001',
          name: 'Grace Hopper',
          email: 'grace@example.com',
          dob: '1985-12-09',
          country: 'US',
        },
      },
    },
  })
  replace(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Body() body: CustomerBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.customers.replace(principal, id, body, ifMatch);
  }

  @Patch(':id')
  @Permission('customers:write')
  @Operation({
    summary: 'Update a customer',
    description: 'A missing field stays as it is; null clears it (RFC 7396).',
    returns: CustomerResponse,
    errors: ['not_found', ...TAKEN],
    examples: {
      body: CustomerBody,
      bodies: {
        country: { country: 'FR' },
        'clear the date of birth': { dob: null },
        'set one key of metadata, remove another': { metadata: { plan: 'silver', shop: null } },
      },
    },
  })
  modify(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Body() body: CustomerBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<CustomerResponse> {
    return this.customers.modify(principal, id, body, ifMatch);
  }

  @Delete(':id')
  @Permission('customers:write')
  @Operation({
    summary: 'Delete a customer',
    description:
      'Reads no longer return the customer. Its e-mail and external id become free. An admin can restore it.',
    errors: ['not_found'],
  })
  remove(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Precondition() ifMatch: IfMatch,
  ): Promise<void> {
    return this.customers.remove(principal, id, ifMatch);
  }

  @Post(':id/restore')
  @Permission('customers:admin')
  @Operation({
    summary: 'Restore a deleted customer',
    status: 200,
    returns: CustomerResponse,
    errors: ['not_found', 'not_deleted', ...TAKEN],
  })
  restore(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Idempotent() request: IdempotentRequest | undefined,
  ): Promise<CustomerResponse> {
    return this.customers.restore(principal, id, request);
  }
}
