import { Injectable } from '@nestjs/common';
import { Metrics } from '../../common/metrics/metrics.js';
import type { Webhook } from '../webhook.entity.js';
import { TEST_TYPE } from '../webhook-delivery.entity.js';
import {
  type LeasedDelivery,
  type Settled,
  WebhookDeliveriesRepository,
} from '../webhook-deliveries.repository.js';
import { WebhooksRepository } from '../webhooks.repository.js';
import { delayAfter, LEASE } from './delivery-schedule.js';
import { WebhookStopsService } from './webhook-stops.service.js';
import type { Attempt } from './webhook-sender.js';

interface Result {
  webhook: Webhook;
  delivery: LeasedDelivery;
  attempt: Attempt;
  /** The monotonic time of the result. */
  at: number;
}

/**
 * Writes the results of attempts in batches: results that arrive during a write are written together
 * afterwards. All attempts therefore need one connection to PostgreSQL.
 */
@Injectable()
export class DeliveryResults {
  private waiting: Result[] = [];
  private writing: Promise<void> | undefined;
  private readonly counter;

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly stops: WebhookStopsService,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter(
      'webhook_deliveries_total',
      'Attempts to deliver an event by result (succeeded, retried, failed).',
      ['result'],
    );
  }

  /** @returns when the result is written */
  record(result: Omit<Result, 'at'>): Promise<void> {
    this.waiting.push({ ...result, at: performance.now() });
    return this.flush();
  }

  /** Writes the results that could not be written when they came. */
  flush(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0));
  }

  private async write(results: readonly Result[]): Promise<void> {
    const settled = results.map(settle);
    await this.settleOrKeep(results, settled);
    for (const { state } of settled) this.count(state);
    const own = results.filter(({ delivery }) => delivery.type !== TEST_TYPE);
    // Failures first, because one success ends the period of failures.
    await this.noteFailures(own.filter(({ attempt }) => !attempt.isSuccess));
    const succeeded = own.filter(({ attempt }) => attempt.isSuccess);
    for (const { id } of webhooksOf(succeeded)) await this.webhooks.noteSuccess(id);
  }

  /** Keeps the results while PostgreSQL is unavailable. After their leases the events are sent again. */
  private async settleOrKeep(results: readonly Result[], settled: Settled[]): Promise<void> {
    try {
      await this.deliveries.settle(settled);
    } catch (error) {
      const oldest = performance.now() - LEASE * 1_000;
      this.waiting.unshift(...results.filter(({ at }) => at > oldest));
      throw error;
    }
  }

  private async noteFailures(failed: readonly Result[]): Promise<void> {
    const gone = failed.filter(({ attempt }) => !attempt.isSuccess && attempt.error === 'gone');
    for (const webhook of webhooksOf(gone)) await this.stops.disable(webhook, 'gone');
    for (const webhook of webhooksOf(failed)) {
      if (await this.webhooks.noteFailure(webhook.id)) await this.stops.disable(webhook, 'failing');
    }
  }

  private count(state: Settled['state']): void {
    this.counter.labels(state === 'pending' ? 'retried' : state).inc();
  }
}

/**
 * The transition of a delivery after an attempt: it succeeds, fails, or stays pending until the next
 * attempt. A test, or an endpoint that is gone, gets no further attempt.
 */
function settle({ delivery, attempt }: Result): Settled {
  const { id, attempts, type } = delivery;
  const { status } = attempt;
  if (attempt.isSuccess) return { id, attempts, state: 'succeeded', status, error: null, delay: 0 };
  const { error, retryAfter } = attempt;
  const isLast = type === TEST_TYPE || error === 'gone';
  const delay = isLast ? undefined : delayAfter(attempts, retryAfter);
  const state = delay === undefined ? 'failed' : 'pending';
  return { id, attempts, state, status, error, delay: delay ?? 0 };
}

function webhooksOf(results: readonly Result[]): Webhook[] {
  return [...new Map(results.map(({ webhook }) => [webhook.id, webhook])).values()];
}
