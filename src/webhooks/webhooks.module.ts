import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../common/database/housekeeping.js';
import { PublishedWebhooks } from '../common/openapi/published-webhooks.js';
import { EventsModule } from '../events/events.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { DeliveryBodies } from './delivery/delivery-bodies.js';
import { DeliveryDispatcher } from './delivery/delivery-dispatcher.js';
import { DeliveryFeed } from './delivery/delivery-feed.js';
import { DeliveryResults } from './delivery/delivery-results.js';
import { WebhookNotices } from './delivery/webhook-notices.js';
import { WebhookSecrets } from './delivery/webhook-secrets.js';
import { WebhookSender } from './delivery/webhook-sender.js';
import { WebhookStopsService } from './delivery/webhook-stops.service.js';
import { NameResolution } from './targets/name-resolution.js';
import { TargetPolicy } from './targets/target-policy.js';
import { Targets } from './targets/targets.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import {
  ABANDONED_DELIVERIES,
  EXPIRED_DELIVERIES,
  WebhookDeliveriesRepository,
} from './webhook-deliveries.repository.js';
import { Webhook } from './webhook.entity.js';
import { WebhooksController } from './webhooks.controller.js';
import { SENT_EVENT } from './webhooks.openapi.js';
import { EMPTY_WEBHOOKS, NEEDED_EVENTS, WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [
    EventsModule,
    UsersModule,
    SessionsModule,
    TypeOrmModule.forFeature([Webhook, WebhookDelivery]),
  ],
  controllers: [WebhooksController],
  providers: [
    WebhooksService,
    WebhooksRepository,
    WebhookDeliveriesRepository,
    TargetPolicy,
    NameResolution,
    Targets,
    DeliveryDispatcher,
    DeliveryFeed,
    DeliveryBodies,
    DeliveryResults,
    WebhookSecrets,
    WebhookSender,
    WebhookStopsService,
    WebhookNotices,
  ],
})
export class WebhooksModule {
  constructor(housekeeping: Housekeeping, published: PublishedWebhooks) {
    published.register('event', SENT_EVENT);
    housekeeping.register(EXPIRED_DELIVERIES);
    housekeeping.register(ABANDONED_DELIVERIES);
    housekeeping.register(EMPTY_WEBHOOKS);
    housekeeping.keep('audit_events', NEEDED_EVENTS);
  }
}
