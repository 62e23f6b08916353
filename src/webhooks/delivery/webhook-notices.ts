import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toMail } from '../../common/messages/mail-text.js';
import type { Message } from '../../common/messages/message.js';
import { Messenger } from '../../common/messages/messenger.js';
import { Outbox } from '../../common/messages/outbox.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { DisabledReason, Webhook } from '../webhook.entity.js';
import { WebhooksRepository } from '../webhooks.repository.js';

/** The kind in the outbox. The identifier is the id of the webhook, the id of the admin, and the reason. */
const KIND = 'webhook_disabled';

/** Why the service has stopped a webhook. With `events_gone` it is paused, otherwise disabled. */
export type StopReason = DisabledReason | 'events_gone';

/** Notifies the admins by mail when the service stops a webhook. */
@Injectable()
export class WebhookNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly messenger: Messenger,
    private readonly users: UsersRepository,
    private readonly webhooks: WebhooksRepository,
  ) {
    outbox.register(KIND, ({ identifier }) => this.compose(identifier));
  }

  async sendToAdmins(manager: EntityManager, webhookId: string, reason: StopReason): Promise<void> {
    if (!this.messenger.isAvailable('email')) return;
    for (const adminId of await this.users.listAdminsWithEmail(manager)) {
      await this.outbox.add(manager, KIND, `${webhookId} ${adminId} ${reason}`);
    }
  }

  /** @returns undefined when an admin has resumed or paused it, or the account is no longer an admin */
  private async compose(identifier: string): Promise<Message | undefined> {
    const [webhookId = '', adminId = '', reason] = identifier.split(' ');
    const [webhook, admin] = await Promise.all([
      this.webhooks.find(webhookId),
      this.users.find(adminId),
    ]);
    if (!webhook || webhook.status === 'active') return undefined;
    // An admin has paused the webhook meanwhile. The mail would name the cause of another stop.
    const wasDisabled = reason === 'gone' || reason === 'failing';
    if (wasDisabled && webhook.status !== 'disabled') return undefined;
    const isAdmin = admin?.role === 'admin' && admin.status === 'active';
    if (!isAdmin || admin.email === null) return undefined;
    return toMail(admin.email, 'A webhook was stopped', paragraphsOf(webhook));
  }
}

/** Shows only the host, because the rest of a URL may be a secret. */
function paragraphsOf({ id, url, disabledReason }: Webhook): string[] {
  return [
    `The service has stopped the webhook ${id}, which sends events to ${new URL(url).host}.`,
    causeOf(disabledReason),
  ];
}

function causeOf(reason: Webhook['disabledReason']): string {
  switch (reason) {
    case 'gone':
      return 'The endpoint has answered 410 Gone. Delete the webhook, or set its status to active.';
    case 'failing':
      return (
        'The endpoint has failed for five days. The webhook keeps its position: repair the ' +
        'endpoint, then set the status of the webhook to active.'
      );
    case null:
      return (
        'The database was restored elsewhere, so the service does not know which events were not ' +
        'delivered. Delete the webhook, create a new one, and export everything once.'
      );
    default:
      return reason satisfies never;
  }
}
