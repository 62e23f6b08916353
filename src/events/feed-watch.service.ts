import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ChangeFeedRepository } from '../audit/change-feed.repository.js';
import { Periodic } from '../common/lifecycle/periodic.js';
import { Log } from '../common/logging/log.js';
import { Metrics } from '../common/metrics/metrics.js';

/** Milliseconds. */
const INTERVAL = 10_000;
/** A transaction that writes for more seconds appears in the log. */
const LONG = 60;

/** Watches the oldest writing transaction, because it delays the feed. */
@Injectable()
export class FeedWatchService implements OnApplicationBootstrap, OnApplicationShutdown {
  private heldSeconds = 0;
  private readonly watch: Periodic;

  constructor(
    private readonly feed: ChangeFeedRepository,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.watch = new Periodic(log, {
      pause: INTERVAL,
      failure: 'The oldest writing transaction cannot be read',
      run: () => this.look(),
    });
    metrics.gauge(
      'events_held_seconds',
      'Age of the oldest writing transaction. Later events appear in the feed after it.',
      () => this.heldSeconds,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.feed.dropFutureEvents();
    this.watch.start(0);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }

  async look(): Promise<void> {
    const writer = await this.feed.oldestWriter();
    this.heldSeconds = writer?.age ?? 0;
    if (!writer || writer.age < LONG) return;
    const { pid, age, applicationName: application_name } = writer;
    this.log.warn(
      { pid, application_name, age_seconds: Math.round(age) },
      'A long writing transaction delays the feed of changes',
    );
  }
}
