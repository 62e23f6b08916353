import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DatabaseClock } from '../../common/database/database-clock.js';
import { Periodic } from '../../common/lifecycle/periodic.js';
import { Log } from '../../common/logging/log.js';
import { childTraceparent } from '../../common/logging/trace-id.js';
import { Metrics } from '../../common/metrics/metrics.js';
import type { Webhook } from '../webhook.entity.js';
import { TEST_TYPE } from '../webhook-delivery.entity.js';
import {
  type LeasedDelivery,
  WebhookDeliveriesRepository,
} from '../webhook-deliveries.repository.js';
import { WebhooksRepository } from '../webhooks.repository.js';
import { DeliveryBodies } from './delivery-bodies.js';
import { DeliveryFeed } from './delivery-feed.js';
import { DeliveryResults } from './delivery-results.js';
import { LEASE } from './delivery-schedule.js';
import { signedHeaders } from './signatures.js';
import { type Attempt, WebhookSender } from './webhook-sender.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** Milliseconds. */
const INTERVAL = 250;
/** How long the loop waits for a result before it looks for the next deliveries. */
const RESULT_WAIT = 100;
const STOP_LIMIT = 2_000;

/** Maximum of concurrent attempts for one webhook on one instance, so that no endpoint delays another. */
const MOST_IN_FLIGHT = 8;
const BATCH = 4;

/**
 * Sends the events of the feed to webhooks. Every instance has a dispatcher. It creates deliveries for
 * new events, leases due deliveries, and sends each over its own connection. A slow endpoint does not
 * delay the others. See docs/adr/0024-webhooks.md.
 */
@Injectable()
export class DeliveryDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Periodic;
  private readonly inFlight = new Map<string, number>();
  private readonly sending = new Set<Promise<void>>();
  private readonly errors;

  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly feed: DeliveryFeed,
    private readonly bodies: DeliveryBodies,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
    private readonly results: DeliveryResults,
    private readonly clock: DatabaseClock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.errors = metrics.counter(
      'webhook_dispatch_errors_total',
      'Failures of the dispatcher itself. It sends the deliveries later.',
    );
    metrics.queriedGauges(
      'webhook_oldest_pending_seconds',
      'Age of the oldest pending delivery of each webhook.',
      'webhook',
      () => deliveries.oldestPending(),
    );
    this.loop = new Periodic(log, {
      pause: INTERVAL,
      failure: 'Events cannot be sent to webhooks',
      run: () => this.run(),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start(0);
  }

  /** Interrupts attempts after STOP_LIMIT. Another instance repeats them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await Promise.race([Promise.all(this.sending), sleep(STOP_LIMIT, undefined, { ref: false })]);
    this.sender.abort();
    await Promise.all(this.sending);
  }

  private async run(): Promise<void> {
    try {
      while (!this.loop.isStopped && (await this.step()));
    } catch (error) {
      this.errors.inc();
      throw error;
    }
  }

  /** @returns whether there may be more work now */
  private async step(): Promise<boolean> {
    const webhooks = this.secrets.areReadable ? await this.webhooks.listAll() : [];
    if (webhooks.length === 0) return false;
    await this.results.flush();
    const isBehind = await this.feed.advance(webhooks);
    const leased = await this.lease(webhooks);
    if (leased.length === 0) return isBehind;
    await this.start(leased);
    await Promise.race([...this.sending, sleep(RESULT_WAIT, undefined, { ref: false })]);
    return true;
  }

  private lease(webhooks: readonly Webhook[]): Promise<LeasedDelivery[]> {
    const free = webhooks.filter(
      ({ id }) => (this.inFlight.get(id) ?? 0) + BATCH <= MOST_IN_FLIGHT,
    );
    return this.deliveries.lease(
      free.map(({ id }) => id),
      BATCH,
      LEASE,
    );
  }

  /** Reads the webhooks last, so that a new URL and a pause apply at once. */
  private async start(leased: readonly LeasedDelivery[]): Promise<void> {
    const bodies = await this.bodies.compose(leased);
    const webhooks = await this.webhooks.listAll();
    for (const delivery of leased) {
      const webhook = webhooks.find(({ id }) => id === delivery.webhookId);
      const body = bodies.get(delivery.id);
      if (webhook === undefined || body === undefined) continue; // deleted, or due again later
      // An admin has paused it, or the service has disabled it. Only tests are sent then.
      if (webhook.status !== 'active' && delivery.type !== TEST_TYPE) continue;
      const sent: Promise<void> = this.deliver(webhook, delivery, body).finally(() => {
        this.sending.delete(sent);
      });
      this.sending.add(sent);
    }
  }

  /** Never rejects. */
  private async deliver(webhook: Webhook, delivery: LeasedDelivery, body: string): Promise<void> {
    const { id } = webhook;
    this.inFlight.set(id, (this.inFlight.get(id) ?? 0) + 1);
    try {
      const attempt = await this.attempt(webhook, delivery, body);
      // An interrupted attempt has not failed: another instance repeats it after the lease.
      const isInterrupted = this.loop.isStopped && !attempt.isSuccess;
      if (!isInterrupted) await this.results.record({ webhook, delivery, attempt });
    } catch (error) {
      this.errors.inc();
      this.log.warn({ err: error, webhook_id: id }, 'The result of a delivery cannot be written');
    } finally {
      this.inFlight.set(id, (this.inFlight.get(id) ?? 1) - 1);
    }
  }

  private async attempt(
    webhook: Webhook,
    { eventId, traceparent }: LeasedDelivery,
    body: string,
  ): Promise<Attempt> {
    const secrets = this.readSecrets(webhook);
    if (!secrets) return { isSuccess: false, status: null, error: 'secret_unavailable' };
    const timestamp = Math.floor(this.clock.now() / 1_000);
    const headers = {
      ...signedHeaders(secrets, eventId, timestamp, body),
      ...(traceparent !== null && { traceparent: childTraceparent(traceparent) }),
    };
    return this.sender.send({ url: webhook.url, headers, body });
  }

  private readSecrets(webhook: Webhook): Buffer[] | undefined {
    try {
      return this.secrets.signingSecrets(webhook);
    } catch (error) {
      this.log.warn({ err: error, webhook_id: webhook.id }, 'A webhook has no readable secret');
      return undefined;
    }
  }
}
