import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Log } from '../logging/log.js';
import { smtpMail } from './mail.js';
import type { Channel, Deliver, Message } from './message.js';
import { messageFiles } from './message-files.js';
import { smsWebhook } from './sms.js';

/** Sends mails by SMTP and text messages by the SMS webhook. In development it can write files. */
@Injectable()
export class Messenger implements OnApplicationShutdown {
  private readonly channels: Readonly<Record<Channel, Deliver | undefined>>;
  private readonly closeMail: (() => Promise<void>) | undefined;

  constructor(@Inject(CONFIG) config: Config, log: Log) {
    const { mailUrl, mailFrom, smsWebhookUrl, messagesDir, isProduction } = config;
    const files = isProduction ? undefined : messageFiles(messagesDir, log);
    const mail =
      mailUrl === undefined || mailUrl === 'none' ? undefined : smtpMail(mailUrl, mailFrom);
    this.closeMail = mail?.close;
    this.channels = {
      email: mailUrl === 'none' ? undefined : (mail?.deliver ?? files),
      sms: smsWebhookUrl === undefined ? files : smsWebhook(smsWebhookUrl),
    };
  }

  /** Whether messages of this kind can be sent at all. */
  isAvailable(channel: Channel): boolean {
    return this.channels[channel] !== undefined;
  }

  /**
   * @param traceparent of the request that caused the message
   * @throws DeliveryError
   */
  async send(message: Message, traceparent: string | null): Promise<void> {
    await this.channels[message.channel]?.(message, traceparent);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closeMail?.();
  }
}
