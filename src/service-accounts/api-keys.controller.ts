import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import { type Page, PageQuery } from '../common/pagination/page.dto.js';
import { CurrentUser, Permission, Recent } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import {
  ApiKeyPage,
  type ApiKeyResponse,
  CreateApiKeyBody,
  CreatedApiKeyResponse,
} from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyId, ServiceAccountId } from './path-ids.js';

@ApiTags('users')
@Controller('users/:id/keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @Permission('keys:admin')
  @Recent()
  @Operation({
    summary: 'Create an API key for a service account',
    description:
      'Only this response shows the key. If you lose it, create another key and revoke this one. ' +
      'Therefore the route takes no Idempotency-Key. An account has at most 10 active keys.',
    createsIn: '/users/:id/keys',
    returns: CreatedApiKeyResponse,
    errors: ['not_found', 'account_disabled', 'key_limit'],
    examples: {
      body: CreateApiKeyBody,
      bodies: {
        'a key that reads customers': {
          name: 'Nightly report on server 7',
          scopes: ['customers:read'],
        },
      },
    },
  })
  createApiKey(
    @CurrentUser() principal: Principal,
    @ServiceAccountId() id: string,
    @Body() body: CreateApiKeyBody,
  ): Promise<CreatedApiKeyResponse> {
    return this.keys.create(principal, id, body);
  }

  @Get()
  @Permission('keys:admin')
  @Operation({
    summary: 'List the active API keys of a service account, newest first',
    returns: ApiKeyPage,
    errors: ['not_found'],
  })
  listApiKeys(
    @ServiceAccountId() id: string,
    @Query() page: PageQuery,
  ): Promise<Page<ApiKeyResponse>> {
    return this.keys.list(id, page);
  }

  @Delete(':key_id')
  @Permission('keys:admin')
  @Recent()
  @Operation({
    summary: 'Revoke an API key',
    description: 'Every instance refuses the key from the next request on.',
    errors: ['not_found'],
  })
  revokeApiKey(
    @CurrentUser() principal: Principal,
    @ServiceAccountId() id: string,
    @KeyId() keyId: string,
  ): Promise<void> {
    return this.keys.revoke(principal, id, keyId);
  }
}
