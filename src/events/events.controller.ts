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
      'Every committed change of customers and users, exactly once. To keep a copy: (1) read ' +
      '`?from=now` and keep `page.next_cursor`, (2) export all customers, (3) read `?cursor=` again and ' +
      'again, apply each event to the copy, and keep the next cursor. After a 410 `cursor_expired` ' +
      'begin again with (1).\n\n' +
      'An event appears when all older writing transactions have ended, so a transaction that writes for ' +
      'minutes delays the feed. An event never precedes one that its transaction could have seen, ' +
      'unless the two transactions overlapped: then the higher `data.version` of an object is right. The ' +
      'feed holds no personal data: `data.object` is read when the feed is.',
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
