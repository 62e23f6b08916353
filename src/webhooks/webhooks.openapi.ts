import { ApiProperty, getSchemaPath, type PathItemObject } from '@nestjs/swagger';
import { EventData } from '../events/events.dto.js';
import { DELIVERY_TYPES, type DeliveryType } from './webhook-delivery.entity.js';

/** The body of a request to a webhook. */
export class WebhookEvent {
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the event, as in `webhook-id`.',
    example: '01890a5d-ac96-774b-bcce-b302099a8059',
  })
  id: string;

  @ApiProperty({
    enum: DELIVERY_TYPES,
    description: 'What happened. `webhook.test` is sent on request; its subject is the webhook.',
    example: 'customer.updated',
  })
  type: DeliveryType;

  @ApiProperty({
    format: 'date-time',
    description: 'When the change was made.',
    example: '2026-11-20T07:00:00.000Z',
  })
  timestamp: string;

  @ApiProperty({ description: 'The object that changed.' })
  data: EventData;
}

const REQUIRED = {
  'webhook-id': 'The id of the event, the same on every attempt: ignore what was processed before.',
  'webhook-timestamp': 'Seconds since the epoch, of this attempt. Refuse one that is old.',
  'webhook-signature':
    'For each secret `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, separated by ' +
    'blanks. The key is the base64 after `whsec_`, decoded.',
} as const;

const OPTIONAL = {
  traceparent:
    'W3C Trace Context: the trace of the request that caused the event, when it came with one. ' +
    'The signature does not cover it.',
} as const;

export const SENT_EVENT: PathItemObject = {
  post: {
    operationId: 'receiveEvent',
    summary: 'An event, as it is sent to a webhook',
    description:
      'Signed by Standard Webhooks 1.0. Answer with any 2xx within 15 seconds; the body is not read. ' +
      'Redirects are failures. `Retry-After` is respected up to a day.',
    tags: ['webhooks'],
    security: [],
    parameters: [...parameters(REQUIRED, true), ...parameters(OPTIONAL, false)],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: getSchemaPath(WebhookEvent) } } },
    },
    responses: {
      '2XX': { description: 'The event is processed or stored.' },
      '410': { description: 'The endpoint is gone for good: the webhook is disabled.' },
      default: { description: 'The event is sent again later.' },
    },
  },
};

function parameters(headers: Readonly<Record<string, string>>, required: boolean) {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header' as const,
    required,
    description,
    schema: { type: 'string' as const },
  }));
}
