import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CursorReplaces } from '../common/http/response-headers.js';
import { Operation } from '../common/openapi/operation.js';
import { CurrentUser, Permission } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import { EventPage, ListEventsQuery } from './events.dto.js';
import { EventsService } from './events.service.js';

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @Permission('events:read')
  @CursorReplaces('from')
  @Operation({
    summary: 'Read the feed of changes',
    description:
      'Returns every committed change of customers and users exactly once. To keep a copy: (1) read ' +
      '`?from=now` and store `page.next_cursor`, (2) export all customers, (3) read `?cursor=` ' +
      'repeatedly, apply each event to the copy, and store the next cursor. After a 410 ' +
      '`cursor_expired`, start again with (1).\n\n' +
      'An event appears after all older writing transactions have ended, so a long transaction delays ' +
      'the feed. Events of overlapping transactions can be in either order: the higher `data.version` ' +
      'of an object is the newer one. The feed stores no personal data: `data.object` is read together ' +
      'with the feed.',
    returns: EventPage,
    errors: ['cursor_expired'],
  })
  readEvents(
    @CurrentUser() principal: Principal,
    @Query() query: ListEventsQuery,
  ): Promise<EventPage> {
    return this.events.list(principal, query);
  }
}
