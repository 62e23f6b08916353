import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Bulkheads } from '../common/bulkheads/bulkheads.js';
import { Operation } from '../common/openapi/operation.js';
import type { Page } from '../common/pagination/page.dto.js';
import { CurrentUser, Permission } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { AuditEventPage, type AuditEventResponse, ListAuditEventsQuery } from './audit.dto.js';
import { AuditEventsRepository } from './audit-events.repository.js';

@ApiTags('audit')
@Controller('audit-events')
export class AuditController {
  constructor(
    private readonly audit: AuditEventsRepository,
    private readonly bulkheads: Bulkheads,
  ) {}

  @Get()
  @Permission('audit:read')
  @Operation({
    summary: 'List audit events, newest first',
    description:
      'Shows who did what and when: successful and failed log-ins, refused requests, and every change ' +
      'of users and customers. An event must match all given filters.',
    returns: AuditEventPage,
  })
  listAuditEvents(
    @CurrentUser() { userId }: Principal,
    @Query() query: ListAuditEventsQuery,
  ): Promise<Page<AuditEventResponse>> {
    return this.bulkheads.list(userId, query, () => this.audit.list(query, query));
  }
}
