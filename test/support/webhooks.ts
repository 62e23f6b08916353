import { type Account, startApp, type TestApp } from './app.ts';
import type { Client } from './client.ts';
import { eventually } from './eventually.ts';
import { MailSink } from './mail-sink.ts';
import { NO_CONTENT, type ReceivedEvent, WebhookSink } from './webhook-sink.ts';

interface CreatedWebhook {
  id: string;
  secret: string;
}

export interface Delivery {
  id: string;
  event_id: string;
  type: string;
  state: 'pending' | 'succeeded' | 'failed';
  attempts: number;
  next_at: string | null;
  last_status: number | null;
  last_error: string | null;
  created_at: string;
  finished_at: string | null;
}

/** The settings with which a service may send webhooks to this machine. */
export const LOOPBACK = { WEBHOOK_NETWORKS: '127.0.0.0/8,::1' };

/** A service that may send webhooks to this machine, with an admin, an endpoint and a mail server. */
export class WebhookScene {
  readonly sink = new WebhookSink();
  readonly mail = new MailSink();
  private serial = 0;
  private started: { app: TestApp; admin: Account } | undefined;

  get app(): TestApp {
    if (!this.started) throw new Error('The scene has not been started');
    return this.started.app;
  }

  get admin(): Account {
    if (!this.started) throw new Error('The scene has not been started');
    return this.started.admin;
  }

  get token(): string {
    return this.admin.token;
  }

  async start(variables: Record<string, string> = {}): Promise<void> {
    await this.sink.start();
    this.sink.trust();
    await this.mail.start();
    const app = await startApp({ ...LOOPBACK, MAIL_URL: this.mail.url, ...variables });
    this.started = { app, admin: await app.account('admin') };
  }

  async stop(): Promise<void> {
    await this.started?.app.close();
    await this.mail.stop();
    await this.sink.stop();
  }

  /** Removes all webhooks, and makes the endpoint return 204. */
  async clear(): Promise<void> {
    this.sink.answer = NO_CONTENT;
    await this.app.query('TRUNCATE webhooks, webhook_deliveries');
  }

  /**
   * Creates a webhook with a new path of the endpoint, unless another URL is given.
   *
   * @param at the instance that creates it
   */
  async newWebhook(
    types: readonly string[] = ['customer.created'],
    url?: string,
    at: Client = this.app,
  ): Promise<CreatedWebhook & { path: string }> {
    const path = `/${(this.serial += 1)}`;
    const sent = { url: url ?? this.sink.url(path), types };
    const { status, body, text } = await at.post('webhooks', sent, { token: this.token });
    if (status !== 201) throw new Error(`webhooks: ${text}`);
    return { path, ...body };
  }

  async newCustomer(name = 'Ada'): Promise<string> {
    const { body } = await this.app.post('customers', { name }, { token: this.token });
    return String(body.id);
  }

  /** Waits for `count` events at a path. */
  received(path: string, count = 1): Promise<readonly ReceivedEvent[]> {
    return eventually(
      () => this.sink.at(path).length >= count && this.sink.at(path),
      `${count} events at ${path}`,
    );
  }

  /** All deliveries of a webhook, the newest first. */
  async deliveries(id: string): Promise<Delivery[]> {
    const path = `webhooks/${id}/deliveries?limit=100`;
    return (await this.app.get(path, { token: this.token })).body.data;
  }

  /** Waits until the newest delivery matches. */
  newestDelivery(id: string, matches: (delivery: Delivery) => boolean): Promise<Delivery> {
    return eventually(async () => {
      const [newest] = await this.deliveries(id);
      return newest && matches(newest) ? newest : undefined;
    }, 'a matching delivery');
  }

  /** Makes all pending deliveries due now. */
  async skipWaits(id: string): Promise<void> {
    await this.app.query(
      `UPDATE webhook_deliveries SET due_at = now() WHERE webhook_id = $1 AND state = 'pending'`,
      [id],
    );
  }
}
