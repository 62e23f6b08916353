import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { ChoiceField, NumberParameter, PlainTextField } from '../common/validation/fields.js';
import { EXAMPLE_FIELDS } from '../customers/customer-fields.js';
import { CustomerResponse } from '../customers/customers.dto.js';
import { UserResponse } from '../users/user-response.dto.js';
import { EVENT_TYPES, type EventType } from './event-types.js';

export const DEFAULT_EVENTS = 100;
const MAXIMUM_EVENTS = 1_000;

const STARTS = ['now', 'start'] as const;
export type FeedStart = (typeof STARTS)[number];

export class ListEventsQuery {
  @ChoiceField(STARTS, {
    example: 'now',
    isExampleSent: true,
    description:
      '`now` returns no events and a cursor for this moment. `start` begins with the oldest stored event.',
  })
  from?: FeedStart;

  @PlainTextField(1, 2_000, {
    description: '`page.next_cursor` of the previous page, with the same types.',
  })
  cursor?: string;

  @NumberParameter(MAXIMUM_EVENTS, {
    description: `Events per page. Default: ${DEFAULT_EVENTS}.`,
  })
  limit?: number;

  @PlainTextField(1, 500, {
    description: `Types, comma-separated. Default: all of ${EVENT_TYPES.join(', ')}.`,
  })
  types?: string;
}

@ApiExtraModels(CustomerResponse, UserResponse)
export class EventData {
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the customer or user.',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  id: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'The version of the object after the change. Of two events about one object the higher version ' +
      'is the newer one. Null when an instance of an earlier release wrote the event.',
    example: 1,
  })
  version: number | null;

  @ApiProperty({
    description:
      'The customer or user at the time of this request; null when it has been deleted or erased.',
    oneOf: [
      { $ref: getSchemaPath(CustomerResponse) },
      { $ref: getSchemaPath(UserResponse) },
      { type: 'null' },
    ],
    example: {
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      ...EXAMPLE_FIELDS,
      created_at: '2026-11-20T07:00:00.000Z',
      updated_at: '2026-11-20T07:00:00.000Z',
      version: 1,
    },
  })
  object: CustomerResponse | UserResponse | null;
}

export class EventResponse {
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the event.',
    example: '01890a5d-ac96-774b-bcce-b302099a8059',
  })
  id: string;

  @ApiProperty({ enum: EVENT_TYPES, description: 'What happened.', example: 'customer.updated' })
  type: EventType;

  @ApiProperty({
    format: 'date-time',
    description: 'The time of the change. A later event in the feed can have an earlier time.',
    example: '2026-11-20T07:00:00.000Z',
  })
  timestamp: string;

  @ApiProperty({ description: 'The object that changed.' })
  data: EventData;
}

class EventPageInfo {
  @ApiProperty({ type: 'integer', description: 'Events per page.', example: DEFAULT_EVENTS })
  limit: number;

  @ApiProperty({ description: 'Whether more events are available now.', example: false })
  has_more: boolean;

  @ApiProperty({ description: 'The `cursor` of the next request; never null.', example: 'bmV4dA' })
  next_cursor: string;
}

export class EventPage {
  @ApiProperty({ type: [EventResponse], description: 'In the order of their transactions.' })
  data: EventResponse[];

  @ApiProperty({ description: 'How to continue.' })
  page: EventPageInfo;
}
