import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { transaction } from '../../common/database/transaction.js';
import { Log } from '../../common/logging/log.js';
import type { DisabledReason, Webhook } from '../webhook.entity.js';
import { WebhooksRepository } from '../webhooks.repository.js';
import { type StopReason, WebhookNotices } from './webhook-notices.js';

/** Stops webhooks that cannot continue, and notifies the admins. */
@Injectable()
export class WebhookStopsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly webhooks: WebhooksRepository,
    private readonly audit: AuditEventsRepository,
    private readonly notices: WebhookNotices,
    private readonly log: Log,
  ) {}

  /** Has no effect when an admin has changed the webhook since, because it may have another endpoint. */
  disable(webhook: Pick<Webhook, 'id' | 'version'>, reason: DisabledReason): Promise<void> {
    return this.stop(webhook, reason);
  }

  /** Pauses a webhook whose position is from another database, because missed events are unknown. */
  pause(webhook: Pick<Webhook, 'id' | 'version'>): Promise<void> {
    return this.stop(webhook, 'events_gone');
  }

  private async stop(webhook: Pick<Webhook, 'id' | 'version'>, reason: StopReason): Promise<void> {
    const { id } = webhook;
    const hasStopped = await transaction(this.dataSource, async (manager) => {
      const stored = reason === 'events_gone' ? null : reason;
      const version = await this.webhooks.stop(manager, webhook, stored);
      if (version === undefined) return false;
      await this.audit.record(manager, undefined, {
        action: 'webhook_disabled',
        subject: { type: 'webhook', id, version },
        details: { reason },
      });
      await this.notices.sendToAdmins(manager, id, reason);
      return true;
    });
    if (hasStopped) this.log.warn({ webhook_id: id, reason }, 'A webhook was stopped');
  }
}
