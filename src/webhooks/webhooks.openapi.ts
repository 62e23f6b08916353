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
  'webhook-id':
    'The id of the event, the same for every attempt. Ignore an id that you have processed.',
  'webhook-timestamp': 'The time of this attempt in seconds since the epoch. Refuse old requests.',
  'webhook-signature':
    'For each secret, `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, separated by ' +
    'blanks. The key of the HMAC is the decoded base64 after `whsec_`.',
} as const;

const OPTIONAL = {
  traceparent:
    'W3C Trace Context: the trace of the request that caused the event, if it had one. The ' +
    'signature does not cover it.',
} as const;

export const SENT_EVENT: PathItemObject = {
  post: {
    operationId: 'receiveEvent',
    summary: 'An event, as it is sent to a webhook',
    description:
      'Signed according to Standard Webhooks 1.0. Answer with any 2xx within 15 seconds. The body of ' +
      'the response is not read. Redirects are failures. `Retry-After` is respected up to a day.',
    tags: ['webhooks'],
    security: [],
    parameters: [...parameters(REQUIRED, true), ...parameters(OPTIONAL, false)],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: getSchemaPath(WebhookEvent) } } },
    },
    responses: {
      '2XX': { description: 'The receiver has processed or stored the event.' },
      '410': { description: 'The endpoint no longer exists. The service disables the webhook.' },
      default: { description: 'The service sends the event again later.' },
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
