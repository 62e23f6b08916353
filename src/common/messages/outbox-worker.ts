import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { DeliveryError } from './message.js';
import { Messenger } from './messenger.js';
import { Outbox } from './outbox.js';

/** Milliseconds. */
const INTERVAL = 500;
const STOP_LIMIT = 5_000;

const BATCH = 5;
/** Seconds. Longer than any delivery: who holds a message longer has died with it. */
const LEASE = 120;
const FIRST_DELAY = 10;
const LONGEST_DELAY = 600;
const GIVE_UP_AGE = 24 * 60 * 60;

interface Claimed {
  id: string;
  kind: string;
  identifier: string;
  attempts: number;
  isOld: boolean;
}

/**
 * Sends what lies in the outbox. Every instance has one; each message is leased to one of them at a
 * time, and to the next one when that dies. docs/adr/0010-messages-outbox.md
 */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sent;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
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
  }

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(resolve, STOP_LIMIT);
    });
    await Promise.race([this.round, late]);
    clearTimeout(limit);
  }

  private schedule(delay: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.sendDue().then((count) => this.schedule(count === BATCH ? 0 : INTERVAL));
    }, delay);
  }

  /** @returns how many messages were due, at most a batch */
  private async sendDue(): Promise<number> {
    try {
      const claimed = await this.claim();
      await Promise.all(claimed.map((message) => this.handle(message)));
      return claimed.length;
    } catch (error) {
      this.log.warn({ err: error }, 'The outbox is out of reach');
      return 0;
    }
  }

  private async claim(): Promise<Claimed[]> {
    const [rows] = await this.dataSource.query<[Claimed[], number]>(
      `UPDATE outbox SET due_at = now() + $1 * interval '1 s', attempts = attempts + 1
       WHERE id IN (SELECT id FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT $2
                    FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, identifier, attempts,
         created_at < now() - $3 * interval '1 s' AS "isOld"`,
      [LEASE, BATCH, GIVE_UP_AGE],
    );
    return rows;
  }

  private async handle(message: Claimed): Promise<void> {
    try {
      this.count(message, await this.send(message));
    } catch (error) {
      await this.postpone(message, error);
      return;
    }
    await this.remove(message);
  }

  private async send({ kind, identifier }: Claimed): Promise<'sent' | 'nobody'> {
    const compose = this.outbox.composerOf(kind);
    // A newer instance has put it there, which will send it.
    if (!compose) throw new DeliveryError('unknown_kind', false);
    const message = await compose(identifier);
    if (!message) return 'nobody';
    await this.messenger.send(message);
    return 'sent';
  }

  private async postpone(message: Claimed, error: unknown): Promise<void> {
    const { id, kind, attempts, isOld } = message;
    const isRefused = error instanceof DeliveryError && error.isFinal;
    const fields = error instanceof DeliveryError ? { reason: error.reason } : { err: error };
    if (isRefused || isOld) {
      this.log.error({ message_id: id, kind, attempts, ...fields }, 'A message was given up');
      this.count(message, 'given_up');
      await this.remove(message);
      return;
    }
    this.log.warn({ message_id: id, kind, attempts, ...fields }, 'A message will be tried again');
    this.count(message, 'retried');
    const delay = Math.min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY);
    await this.dataSource.query(
      `UPDATE outbox SET due_at = now() + $3 * interval '1 s' WHERE id = $1 AND attempts = $2`,
      [id, attempts, delay],
    );
  }

  private async remove({ id }: Claimed): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1', [id]);
  }

  private count({ kind }: Claimed, result: 'sent' | 'nobody' | 'retried' | 'given_up'): void {
    this.sent.labels(kind, result).inc();
  }
}
