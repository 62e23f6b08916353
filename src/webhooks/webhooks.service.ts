import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import {
  ChangeFeedRepository,
  type FeedFrontier,
  LOWEST_ID,
} from '../audit/change-feed.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { transaction } from '../common/database/transaction.js';
import { notFound, preconditionFailed } from '../common/errors/errors.js';
import { checkIfMatch, type IfMatch } from '../common/http/preconditions.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import { Encryption } from '../common/security/encryption.js';
import type { Principal } from '../common/security/principal.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { newSecret, secretText } from './delivery/signatures.js';
import { Targets } from './targets/targets.js';
import { areEventsStored } from './webhook-position.js';
import { diffOf, patchOf } from './webhook-patch.js';
import type { Webhook } from './webhook.entity.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import {
  type ListDeliveriesQuery,
  type WebhookDeliveryResponse,
} from './webhook-deliveries.dto.js';
import {
  type CreateWebhookBody,
  type NewWebhookResponse,
  type UpdateWebhookBody,
  WebhookResponse,
  type WebhookSecretResponse,
} from './webhooks.dto.js';
import {
  eventsGone,
  notFailed,
  statusRefused,
  urlRefused,
  webhookLimit,
} from './webhooks.errors.js';
import { WebhooksRepository } from './webhooks.repository.js';

const MOST_WEBHOOKS = 20;

/** Manages webhooks for admins. `DeliveryDispatcher` sends the events. */
@Injectable()
export class WebhooksService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly feed: ChangeFeedRepository,
    private readonly targets: Targets,
    private readonly encryption: Encryption,
    private readonly sessions: SessionsService,
    private readonly audit: AuditEventsRepository,
  ) {}

  list(page: PageQuery): Promise<Page<WebhookResponse>> {
    return this.webhooks.list(page);
  }

  async get(id: string): Promise<WebhookResponse> {
    return WebhookResponse.of(orNotFound(await this.webhooks.find(id)));
  }

  /** Creates a webhook at the current end of the feed. @throws AppError 409 when there are too many */
  async create(principal: Principal, body: CreateWebhookBody): Promise<NewWebhookResponse> {
    this.encryption.requireKey();
    await this.checkUrl(body.url);
    const { oldestOpenTx, now, history } = await this.feed.frontier();
    const secret = newSecret();
    return transaction(this.dataSource, async (manager) => {
      await this.webhooks.lockAll(manager);
      if ((await this.webhooks.count(manager)) >= MOST_WEBHOOKS) throw webhookLimit(MOST_WEBHOOKS);
      const id = await this.webhooks.newId(manager);
      const webhook = await this.webhooks.insert(manager, {
        ...patchOf(body),
        id,
        secret: this.encryption.encrypt('webhook_secret', id, secret),
        positionTx: oldestOpenTx,
        positionId: LOWEST_ID,
        positionAt: now,
        positionHistory: history,
      });
      await this.record(manager, principal, webhook, 'webhook_created', { types: webhook.types });
      return Object.assign(WebhookResponse.of(webhook), { secret: secretText(secret) });
    });
  }

  /** @throws AppError 409 to activate a webhook when events after its position are no longer stored */
  async modify(
    principal: Principal,
    id: string,
    body: UpdateWebhookBody,
    ifMatch: IfMatch,
  ): Promise<WebhookResponse> {
    const patch = patchOf(body);
    const { url } = orNotFound(await this.webhooks.find(id));
    const newUrl = patch.url === url ? undefined : patch.url;
    if (newUrl !== undefined) {
      await this.sessions.requireRecent(principal);
      await this.checkUrl(newUrl);
    }
    // Read before the transaction, which would otherwise wait for a second connection.
    const frontier = patch.status === 'active' ? await this.feed.frontier() : undefined;
    return this.change(id, ifMatch, async (manager, webhook) => {
      const diff = diffOf(webhook, patch);
      // Another request has changed the URL meanwhile, so the return to this one was not checked.
      if (diff.url !== undefined && newUrl === undefined) throw preconditionFailed();
      if (diff.status === 'disabled') throw statusRefused();
      const fields = Object.keys(diff);
      if (fields.length === 0) return WebhookResponse.of(webhook);
      if (diff.status === 'active' && frontier) this.checkPosition(webhook, frontier);
      const resumed = diff.status ? { disabledReason: null, failingSince: null } : {};
      const moved = diff.url ? { failingSince: null } : {};
      const written = await this.webhooks.update(manager, webhook, {
        ...diff,
        ...resumed,
        ...moved,
      });
      const details = { fields, ...(diff.status && { status: diff.status }) };
      await this.record(manager, principal, written, 'webhook_updated', details);
      return WebhookResponse.of(written);
    });
  }

  remove(principal: Principal, id: string, ifMatch: IfMatch): Promise<void> {
    return this.change(id, ifMatch, async (manager, webhook) => {
      await this.webhooks.delete(manager, id);
      await this.record(manager, principal, webhook, 'webhook_deleted');
    });
  }

  changeSecret(principal: Principal, id: string): Promise<WebhookSecretResponse> {
    this.encryption.requireKey();
    const secret = newSecret();
    return this.change(id, 'any', async (manager, webhook) => {
      const encrypted = this.encryption.encrypt('webhook_secret', id, secret);
      const until = await this.webhooks.changeSecret(manager, id, encrypted);
      await this.record(manager, principal, webhook, 'webhook_secret_changed');
      return { secret: secretText(secret), previous_secret_until: until };
    });
  }

  test(principal: Principal, id: string): Promise<void> {
    this.encryption.requireKey();
    return this.change(id, 'any', async (manager, webhook) => {
      await this.deliveries.addTest(manager, webhook);
      await this.record(manager, principal, webhook, 'webhook_tested');
    });
  }

  async listDeliveries(
    id: string,
    query: ListDeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    orNotFound(await this.webhooks.find(id));
    return this.deliveries.list(id, query);
  }

  /** @throws AppError 409 when the delivery is pending or has succeeded */
  retry(principal: Principal, id: string, deliveryId: string): Promise<void> {
    return this.change(id, 'any', async (manager, webhook) => {
      if (!(await this.deliveries.retry(manager, id, deliveryId))) {
        const isThere = await this.deliveries.exists(manager, id, deliveryId);
        throw isThere ? notFailed() : notFound('delivery');
      }
      const details = { delivery_id: deliveryId };
      await this.record(manager, principal, webhook, 'webhook_delivery_retried', details);
    });
  }

  /** Locks the webhook and checks its version. @throws AppError 404, 428, 412 */
  private change<T>(
    id: string,
    ifMatch: IfMatch,
    work: (manager: EntityManager, webhook: Webhook) => Promise<T>,
  ): Promise<T> {
    return transaction(this.dataSource, async (manager) => {
      const webhook = orNotFound(await this.webhooks.lock(manager, id));
      checkIfMatch(ifMatch, webhook.version, this.config.requireIfMatch);
      return work(manager, webhook);
    });
  }

  /** Checks the URL and looks up its name. Call it outside of any transaction. @throws AppError 400 */
  private async checkUrl(url: string): Promise<void> {
    const problem = await this.targets.problemOf(url);
    if (problem !== undefined) throw urlRefused(problem);
  }

  private checkPosition(webhook: Webhook, frontier: FeedFrontier): void {
    if (!areEventsStored(webhook, frontier, this.config.auditRetention)) throw eventsGone();
  }

  private async record(
    manager: EntityManager,
    principal: Principal,
    { id, version }: Webhook,
    action: AuditAction,
    details?: Record<string, unknown>,
  ): Promise<void> {
    const subject = { type: 'webhook', id, version } as const;
    await this.audit.record(manager, principal, { action, subject, details });
  }
}

function orNotFound(webhook: Webhook | undefined): Webhook {
  if (!webhook) throw notFound('webhook');
  return webhook;
}
