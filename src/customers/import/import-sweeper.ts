import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BulkPool } from '../../common/database/bulk-pool.js';
import { Housekeeping } from '../../common/database/housekeeping.js';
import { Log } from '../../common/logging/log.js';

const INTERVAL = 5_000;

const GIVE_UP = `UPDATE customer_imports
  SET status = 'failed', finished_at = now(), error_code = 'interrupted',
    error_detail = 'The program was stopped while it worked on the file.'
  WHERE is_staged AND status = 'running' AND leased_until < now()`;

const LEFT_BEHIND = `SELECT id FROM customer_imports
  WHERE is_staged AND status <> 'running' AND leased_until < now()`;

/** Their errors go with them. */
const FORGOTTEN = `started_at < now() - interval '30 days' AND NOT is_staged`;

/** Ends the imports of processes that died, whichever it was, and removes what they left. */
@Injectable()
export class ImportSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly bulk: BulkPool,
    private readonly log: Log,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register('customer_imports', 'id', FORGOTTEN);
  }

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.sweep().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Imports cannot be swept');
      });
    };
    sweep();
    this.timer = setInterval(sweep, INTERVAL).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    await this.dataSource.query(GIVE_UP);
    const left = await this.dataSource.query<{ id: string }[]>(LEFT_BEHIND);
    for (const { id } of left) await this.clear(id);
  }

  /** Removes the rows of an import that has ended from the staging table. */
  async clear(id: string): Promise<void> {
    await this.bulk.pool.query('DELETE FROM customer_import_rows WHERE import_id = $1', [id]);
    await this.dataSource.query('UPDATE customer_imports SET is_staged = false WHERE id = $1', [
      id,
    ]);
  }
}
