import { ApiProperty } from '@nestjs/swagger';
import type { Config } from '../common/config/config.js';
import type { FieldError } from '../common/errors/app-error.js';
import { CreatedAt, UpdatedAt, Version } from '../common/openapi/object-properties.js';
import { pageOf } from '../common/pagination/page.dto.js';
import {
  ChoiceField,
  Ignored,
  PlainTextField,
  ServerOwnedFields,
} from '../common/validation/fields.js';
import { ChoicesField } from '../common/validation/typed-fields.js';
import { EVENT_TYPES, type EventType } from '../events/event-types.js';
import { TargetPolicy } from './targets/target-policy.js';
import {
  DISABLED_REASONS,
  type DisabledReason,
  type Webhook,
  WEBHOOK_STATUSES,
  type WebhookStatus,
} from './webhook.entity.js';

const EXAMPLE_URL = 'https://hooks.example.com/customer-api';
const EXAMPLE_TYPES = ['customer.created', 'customer.updated'];
const URL_DESCRIPTION =
  'The URL that receives the events. It begins with `https://` and has a public address, or one that ' +
  'WEBHOOK_NETWORKS allows. Outside of production, `http://` is accepted for the local machine.';

export class CreateWebhookBody extends ServerOwnedFields {
  @PlainTextField(1, 2_000, {
    isRequired: true,
    format: 'uri',
    description: URL_DESCRIPTION,
    example: EXAMPLE_URL,
  })
  url: string;

  @ChoicesField(EVENT_TYPES, {
    isRequired: true,
    description: 'The types of events to send.',
    example: EXAMPLE_TYPES,
  })
  types: EventType[];

  @PlainTextField(1, 200, {
    description: 'What the webhook is for.',
    example: 'Mailing list',
  })
  description?: string | null;

  static crossFieldErrors(dto: CreateWebhookBody, config: Config): FieldError[] {
    return problemsOfUrl(dto.url, config);
  }
}

export class UpdateWebhookBody extends ServerOwnedFields {
  @PlainTextField(1, 2_000, {
    format: 'uri',
    nullable: false,
    description: URL_DESCRIPTION,
    example: EXAMPLE_URL,
  })
  url?: string | null;

  @ChoicesField(EVENT_TYPES, {
    nullable: false,
    description: 'The types of events to send from now on.',
    example: EXAMPLE_TYPES,
  })
  types?: EventType[] | null;

  @PlainTextField(1, 200, { description: 'What the webhook is for.', example: 'Mailing list' })
  description?: string | null;

  @ChoiceField(WEBHOOK_STATUSES, {
    nullable: false,
    description:
      '`paused` stops the deliveries. `active` resumes them, even after the service has disabled the ' +
      'webhook, without losing events. `disabled` is accepted only if the webhook is disabled.',
    example: 'active',
  })
  status?: WebhookStatus | null;

  @Ignored({ type: String, nullable: true })
  disabled_reason?: unknown;

  static crossFieldErrors(dto: UpdateWebhookBody, config: Config): FieldError[] {
    return problemsOfUrl(dto.url, config);
  }
}

function problemsOfUrl(url: string | null | undefined, config: Config): FieldError[] {
  const problem = url ? new TargetPolicy(config).problemOf(url) : undefined;
  return problem === undefined ? [] : [{ pointer: '/url', code: 'format', detail: problem }];
}

export class WebhookResponse {
  @ApiProperty({
    format: 'uuid',
    description: 'The id of the webhook.',
    example: '01890a5d-ac96-774b-bcce-b302099a8057',
  })
  id: string;

  @ApiProperty({
    format: 'uri',
    description: 'The URL that receives the events.',
    example: EXAMPLE_URL,
  })
  url: string;

  @ApiProperty({
    enum: EVENT_TYPES,
    isArray: true,
    description: 'The types of events that are sent.',
    example: EXAMPLE_TYPES,
  })
  types: EventType[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the webhook is for.',
    example: 'Mailing list',
  })
  description: string | null;

  @ApiProperty({
    enum: WEBHOOK_STATUSES,
    description: 'The service disables a webhook, an admin pauses it.',
    example: 'active',
  })
  status: WebhookStatus;

  @ApiProperty({
    type: String,
    enum: [...DISABLED_REASONS, null],
    nullable: true,
    description:
      '`gone`: the endpoint has answered 410. `failing`: it has failed for 5 days. Null unless the ' +
      'webhook is disabled.',
    example: null,
  })
  disabled_reason: DisabledReason | null;

  @CreatedAt('webhook')
  created_at: string;

  @UpdatedAt('webhook')
  updated_at: string;

  @Version()
  version: number;

  static of(webhook: Webhook): WebhookResponse {
    return {
      id: webhook.id,
      url: webhook.url,
      types: webhook.types,
      description: webhook.description,
      status: webhook.status,
      disabled_reason: webhook.disabledReason,
      created_at: webhook.createdAt,
      updated_at: webhook.updatedAt,
      version: webhook.version,
    };
  }
}

const SECRET = {
  description:
    'The secret to verify signatures, see docs/webhooks.md. Shown only in this response.',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
} as const;

export class NewWebhookResponse extends WebhookResponse {
  @ApiProperty(SECRET)
  secret: string;
}

export class WebhookSecretResponse {
  @ApiProperty(SECRET)
  secret: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Until this time each request is also signed with the previous secret.',
    example: '2026-11-21T07:00:00.000Z',
  })
  previous_secret_until: string;
}

export const WebhookPage = pageOf(WebhookResponse);
