import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiTags } from '@nestjs/swagger';
import { type IfMatch, Precondition } from '../common/http/preconditions.js';
import { Operation } from '../common/openapi/operation.js';
import { type Page, PageQuery } from '../common/pagination/page.dto.js';
import { CurrentUser, Id, idParameter, Permission, Recent } from '../common/security/decorators.js';
import type { Principal } from '../common/security/principal.js';
import {
  ListDeliveriesQuery,
  WebhookDeliveryPage,
  type WebhookDeliveryResponse,
} from './webhook-deliveries.dto.js';
import {
  CreateWebhookBody,
  NewWebhookResponse,
  UpdateWebhookBody,
  WebhookPage,
  WebhookResponse,
  WebhookSecretResponse,
} from './webhooks.dto.js';
import { WebhookEvent } from './webhooks.openapi.js';
import { WebhooksService } from './webhooks.service.js';

const DeliveryId = idParameter('delivery_id', 'A UUID.', '01890a5d-ac96-774b-bcce-b302099a8058');

@ApiTags('webhooks')
@ApiExtraModels(WebhookEvent)
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @Permission('webhooks:admin')
  @Operation({ summary: 'List webhooks, newest first', returns: WebhookPage })
  list(@Query() page: PageQuery): Promise<Page<WebhookResponse>> {
    return this.webhooks.list(page);
  }

  @Post()
  @Permission('webhooks:admin')
  @Recent()
  @Operation({
    summary: 'Create a webhook',
    description:
      'From now on, the service sends each event of the given types to the URL as a signed POST ' +
      '(Standard Webhooks 1.0). The section `webhooks` of the OpenAPI document describes the request. ' +
      'Any 2xx within 15 seconds is a success. The service retries other responses nine times over ' +
      'three days. Events can arrive more than once and in any order: compare `webhook-id` and ' +
      '`data.version`.',
    createsIn: '/webhooks',
    returns: NewWebhookResponse,
    errors: ['webhook_limit', 'encryption_unavailable'],
  })
  create(
    @CurrentUser() principal: Principal,
    @Body() body: CreateWebhookBody,
  ): Promise<NewWebhookResponse> {
    return this.webhooks.create(principal, body);
  }

  @Get(':id')
  @Permission('webhooks:admin')
  @Operation({ summary: 'Read a webhook', returns: WebhookResponse, errors: ['not_found'] })
  get(@Id() id: string): Promise<WebhookResponse> {
    return this.webhooks.get(id);
  }

  @Patch(':id')
  @Permission('webhooks:admin')
  @Operation({
    summary: 'Update, pause or resume a webhook',
    description:
      'A missing field stays as it is. A webhook keeps its position in the feed while it is paused or ' +
      'disabled, and continues from there. A new URL needs a log-in or a step-up within the last 10 ' +
      'minutes.',
    returns: WebhookResponse,
    errors: ['reauthentication_required', 'not_found', 'events_gone'],
    examples: {
      body: UpdateWebhookBody,
      bodies: { pause: { status: 'paused' }, resume: { status: 'active' } },
    },
  })
  modify(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Body() body: UpdateWebhookBody,
    @Precondition() ifMatch: IfMatch,
  ): Promise<WebhookResponse> {
    return this.webhooks.modify(principal, id, body, ifMatch);
  }

  @Delete(':id')
  @Permission('webhooks:admin')
  @Operation({
    summary: 'Delete a webhook',
    description: 'Pending deliveries are no longer sent.',
    errors: ['not_found'],
  })
  remove(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @Precondition() ifMatch: IfMatch,
  ): Promise<void> {
    return this.webhooks.remove(principal, id, ifMatch);
  }

  @Post(':id/secret')
  @Permission('webhooks:admin')
  @Recent()
  @Operation({
    summary: 'Change the secret of a webhook',
    description:
      'For 24 hours each request is signed with both secrets. Another change within this time ' +
      'invalidates the oldest secret at once.',
    status: 200,
    returns: WebhookSecretResponse,
    errors: ['not_found', 'encryption_unavailable'],
  })
  changeWebhookSecret(
    @CurrentUser() principal: Principal,
    @Id() id: string,
  ): Promise<WebhookSecretResponse> {
    return this.webhooks.changeSecret(principal, id);
  }

  @Post(':id/test')
  @Permission('webhooks:admin')
  @Operation({
    summary: 'Send a test to a webhook',
    description:
      'Sends an event of the type `webhook.test` once, even to a paused or disabled webhook.',
    status: 202,
    errors: ['not_found', 'encryption_unavailable'],
  })
  testWebhook(@CurrentUser() principal: Principal, @Id() id: string): Promise<void> {
    return this.webhooks.test(principal, id);
  }

  @Get(':id/deliveries')
  @Permission('webhooks:admin')
  @Operation({
    summary: 'List the deliveries of a webhook, newest first',
    description: 'A delivery is stored for 30 days after it has succeeded or failed.',
    returns: WebhookDeliveryPage,
    errors: ['not_found'],
  })
  listWebhookDeliveries(
    @Id() id: string,
    @Query() query: ListDeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    return this.webhooks.listDeliveries(id, query);
  }

  @Post(':id/deliveries/:delivery_id/retry')
  @Permission('webhooks:admin')
  @Operation({
    summary: 'Retry a failed delivery',
    description: 'The delivery is sent now. The schedule of retries starts again.',
    status: 202,
    errors: ['not_found', 'not_failed'],
  })
  retryWebhookDelivery(
    @CurrentUser() principal: Principal,
    @Id() id: string,
    @DeliveryId() deliveryId: string,
  ): Promise<void> {
    return this.webhooks.retry(principal, id, deliveryId);
  }
}
