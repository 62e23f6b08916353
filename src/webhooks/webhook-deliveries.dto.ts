import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { PageQuery, pageOf } from '../common/pagination/page.dto.js';
import { ChoiceField } from '../common/validation/fields.js';
import {
  DELIVERY_ERRORS,
  DELIVERY_STATES,
  DELIVERY_TYPES,
  type DeliveryError,
  type DeliveryState,
  type DeliveryType,
} from './webhook-delivery.entity.js';

export class WebhookDeliveryResponse {
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the delivery.',
    example: '01890a5d-ac96-774b-bcce-b302099a8058',
  })
  id: string;

  @ApiProperty({
    format: 'uuid',
    description: 'The id of the event, sent as `webhook-id` with every attempt.',
    example: '01890a5d-ac96-774b-bcce-b302099a8059',
  })
  event_id: string;

  @ApiProperty({
    enum: DELIVERY_TYPES,
    description: 'The type of the event.',
    example: 'customer.updated',
  })
  type: DeliveryType;

  @ApiProperty({
    enum: DELIVERY_STATES,
    description: 'The state of the delivery. It is `failed` after the last attempt.',
    example: 'succeeded',
  })
  state: DeliveryState;

  @ApiProperty({
    type: 'integer',
    description:
      'The number of attempts since the delivery was created, or since an admin retried it.',
    example: 1,
  })
  attempts: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the next attempt is due; null when there is none.',
    example: null,
  })
  next_at: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The status of the last response; null when there was none.',
    example: 200,
  })
  last_status: number | null;

  @ApiProperty({
    type: String,
    enum: [...DELIVERY_ERRORS, null],
    nullable: true,
    description: 'Why the last attempt failed; null when it succeeded or none was made.',
    example: null,
  })
  last_error: DeliveryError | null;

  @ApiProperty({
    format: 'date-time',
    description: 'When the delivery was created.',
    example: '2026-11-20T07:00:00.000Z',
  })
  created_at: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it succeeded or failed; null while it is pending.',
    example: '2026-11-20T07:00:00.000Z',
  })
  finished_at: string | null;
}

export const WebhookDeliveryPage = pageOf(WebhookDeliveryResponse);

class DeliveryFilters {
  @ChoiceField(DELIVERY_STATES, { description: 'Only deliveries in this state.' })
  state?: DeliveryState;
}

export class ListDeliveriesQuery extends IntersectionType(DeliveryFilters, PageQuery) {}
