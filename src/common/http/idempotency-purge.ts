import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Log } from '../logging/log.js';
import { REPLAYED_FOR } from './idempotency.js';

const INTERVAL = 10 * 60_000;
const BATCH = 5_000;

/** Removes the keys whose answers are replayed no more. */
@Injectable()
export class IdempotencyPurge implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.purge().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Old idempotency keys cannot be purged');
      });
    }, INTERVAL).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @returns how many rows are gone */
  async purge(): Promise<number> {
    let total = 0;
    for (;;) {
      const [, count] = await this.dataSource.query<[unknown, number]>(
        `DELETE FROM idempotency_keys WHERE (user_id, key) IN (
           SELECT user_id, key FROM idempotency_keys WHERE claimed_at < now() - ${REPLAYED_FOR}
           LIMIT $1 FOR UPDATE SKIP LOCKED)`,
        [BATCH],
      );
      total += count;
      if (count < BATCH) return total;
    }
  }
}
