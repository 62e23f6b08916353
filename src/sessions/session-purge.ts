import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { Log } from '../common/logging/log.js';

const INTERVAL = 10 * 60_000;
const BATCH = 5_000;
/** Beyond the end of the last token: the clocks that judge its `exp` are not PostgreSQL's. */
const MARGIN = 60 * 60_000;

/** Removes the rows of sessions that no token can belong to any more. */
@Injectable()
export class SessionPurge implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.purge().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Ended sessions cannot be purged');
      });
    }, INTERVAL).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @returns how many rows are gone; instances that purge at once leave each other's rows alone */
  async purge(): Promise<number> {
    let total = 0;
    for (;;) {
      const [, count] = await this.dataSource.query<[unknown[], number]>(
        `DELETE FROM sessions WHERE id IN (
           SELECT id FROM sessions
           WHERE expires_at < now() - $1 * interval '1 ms'
              OR revoked_at < now() - $2 * interval '1 ms'
           LIMIT $3 FOR UPDATE SKIP LOCKED)`,
        [MARGIN, this.config.accessTokenTtl + MARGIN, BATCH],
      );
      total += count;
      if (count < BATCH) return total;
    }
  }
}
