import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseClock } from '../../common/database/database-clock.js';
import { Log } from '../../common/logging/log.js';
import { Encryption } from '../../common/security/encryption.js';
import type { Webhook } from '../webhook.entity.js';
import { WebhooksRepository } from '../webhooks.repository.js';

/** Decrypts the secrets of webhooks, and encrypts them again after a rotation of the key. */
@Injectable()
export class WebhookSecrets implements OnApplicationBootstrap {
  constructor(
    private readonly encryption: Encryption,
    private readonly webhooks: WebhooksRepository,
    private readonly clock: DatabaseClock,
    private readonly log: Log,
  ) {
    encryption.register('webhooks', () => webhooks.keysInUse());
  }

  /** Encrypts all secrets with the first key, so that an older key can be removed. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.areReadable) return;
    for (const webhook of await this.webhooks.listAll()) await this.renew(webhook);
  }

  /** Whether any encryption key is configured. */
  get areReadable(): boolean {
    return this.encryption.keyIds.length > 0;
  }

  /**
   * The secrets that sign requests now, newest first.
   *
   * @throws AppError 503 when their key is missing
   */
  signingSecrets(webhook: Webhook): Buffer[] {
    const { id, secret, previousSecret, previousSecretUntil } = webhook;
    const isOver = Date.parse(previousSecretUntil ?? '') <= this.clock.now();
    const texts = previousSecret === null || isOver ? [secret] : [secret, previousSecret];
    return texts.map((text) => this.encryption.decrypt('webhook_secret', id, text));
  }

  private async renew(webhook: Webhook): Promise<void> {
    const { id, secret, previousSecret } = webhook;
    const texts = [secret, previousSecret].filter((text) => text !== null);
    if (!texts.some((text) => this.encryption.isOutdated(text))) return;
    const renewed = (text: string) => this.encryption.renew('webhook_secret', id, text);
    try {
      await this.webhooks.reencrypt(webhook, {
        secret: renewed(secret),
        previousSecret: previousSecret === null ? null : renewed(previousSecret),
      });
    } catch (error) {
      this.log.warn({ err: error, webhook_id: id }, 'The secret of a webhook cannot be renewed');
    }
  }
}
