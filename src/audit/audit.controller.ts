import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/openapi/operation.js';
import type { Page } from '../common/pagination/page.dto.js';
import { Permission } from '../common/security/decorators.js';
import { AuditEventPage, type AuditEventResponse, ListAuditEventsQuery } from './audit.dto.js';
import { AuditEventsRepository } from './audit-events.repository.js';

@ApiTags('audit')
@Controller('audit-events')
export class AuditController {
  constructor(private readonly audit: AuditEventsRepository) {}

  @Get()
  @Permission('audit:read')
  @Operation({
    summary: 'List audit events, newest first',
    description:
      'Who did what and when: successful and failed log-ins, refused requests, and every change of ' +
      'users and customers. An event must match all given filters.',
    returns: AuditEventPage,
  })
  list(@Query() query: ListAuditEventsQuery): Promise<Page<AuditEventResponse>> {
    return this.audit.list(query, query);
  }
}
