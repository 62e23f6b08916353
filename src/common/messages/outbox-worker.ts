import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Periodic } from '../lifecycle/periodic.js';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { DeliveryError } from './message.js';
import { Messenger } from './messenger.js';
import { type ClaimedMessage, OutboxMessagesRepository } from './outbox-messages.repository.js';
import { Outbox } from './outbox.js';

/** Milliseconds. */
const INTERVAL = 500;
/** Delay from a new message to the next run. Most transactions have committed by then. */
const COMMIT_TIME = 30;

const BATCH = 5;
/** Seconds. Longer than any delivery, so a worker that holds a message longer has died. */
const LEASE = 120;
const FIRST_DELAY = 10;
const LONGEST_DELAY = 600;
const GIVE_UP_AGE = 24 * 60 * 60;

/**
 * Sends the messages of the outbox. Every instance has a worker. One worker at a time leases a message. If
 * it dies, another worker takes over. See docs/adr/0010-messages-outbox.md.
 */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sent;
  private readonly loop: Periodic;

  constructor(
    private readonly messages: OutboxMessagesRepository,
    private readonly outbox: Outbox,
    private readonly messenger: Messenger,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.sent = metrics.counter(
      'messages_total',
      'Messages by kind and result (sent, nobody, retried, given_up).',
      ['kind', 'result'],
    );
    metrics.queriedGauge('outbox_messages', 'Messages that wait to be sent.', async () => {
      return (await messages.backlog()).count;
    });
    metrics.queriedGauge(
      'outbox_oldest_age_seconds',
      'Age of the oldest message that waits to be sent.',
      async () => (await messages.backlog()).age,
    );
    this.loop = new Periodic(log, {
      pause: INTERVAL,
      failure: 'The outbox cannot be read',
      run: () => this.sendDue(),
    });
    outbox.onAdded = () => this.loop.hurry(COMMIT_TIME);
  }

  onApplicationBootstrap(): void {
    // `increase()` of Prometheus does not see the first value of a series.
    for (const kind of this.outbox.kinds) this.sent.labels(kind, 'given_up').inc(0);
    this.loop.start(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async sendDue(): Promise<void> {
    let claimed: ClaimedMessage[];
    do {
      claimed = await this.messages.claim(BATCH, LEASE, GIVE_UP_AGE);
      await Promise.all(claimed.map((message) => this.handle(message)));
    } while (claimed.length === BATCH && !this.loop.isStopped);
  }

  private async handle(message: ClaimedMessage): Promise<void> {
    try {
      this.count(message, await this.send(message));
    } catch (error) {
      await this.postpone(message, error);
      return;
    }
    await this.messages.delete(message.id);
  }

  private async send(claimed: ClaimedMessage): Promise<'sent' | 'nobody'> {
    const { kind, traceparent } = claimed;
    const compose = this.outbox.composerOf(kind);
    // An instance of a newer version has added the message, and will send it.
    if (!compose) throw new DeliveryError('unknown_kind', false);
    const message = await compose(claimed);
    if (!message) return 'nobody';
    await this.messenger.send(message, traceparent);
    return 'sent';
  }

  private async postpone(message: ClaimedMessage, error: unknown): Promise<void> {
    const { id, kind, attempts, isOld, traceparent } = message;
    const isRefused = error instanceof DeliveryError && error.isFinal;
    const cause = error instanceof DeliveryError ? { reason: error.reason } : { err: error };
    const fields = {
      message_id: id,
      kind,
      attempts,
      trace_id: traceparent?.split('-')[1],
      ...cause,
    };
    if (isRefused || isOld) {
      this.log.error(fields, 'A message was given up');
      this.count(message, 'given_up');
      await this.messages.delete(message.id);
      return;
    }
    this.log.warn(fields, 'A message will be retried');
    this.count(message, 'retried');
    const delay = Math.min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY);
    await this.messages.postpone(message, delay);
  }

  private count(
    { kind }: ClaimedMessage,
    result: 'sent' | 'nobody' | 'retried' | 'given_up',
  ): void {
    this.sent.labels(kind, result).inc();
  }
}
