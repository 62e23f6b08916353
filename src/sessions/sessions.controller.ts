import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import { type Page, PageQuery } from '../common/pagination/page.dto.js';
import { CountsPerClient } from '../common/rate-limits/rate-limit.js';
import { AnyUser, CurrentUser, Id } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { SessionPage, type SessionResponse } from './sessions.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @AnyUser()
  @CountsPerClient()
  @Operation({ summary: 'List my sessions, newest first', returns: SessionPage })
  list(
    @CurrentUser() principal: Principal,
    @Query() page: PageQuery,
  ): Promise<Page<SessionResponse>> {
    return this.sessions.list(principal, principal.userId, page);
  }

  @Delete(':id')
  @AnyUser()
  @CountsPerClient()
  @Operation({ summary: 'Revoke one of my sessions', errors: ['not_found'] })
  revokeSession(@CurrentUser() principal: Principal, @Id() id: string): Promise<void> {
    return this.sessions.revokeOne(principal, principal.userId, id);
  }
}
