import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../config/config.js';
import { openBulkPool } from './data-source.js';

/**
 * Connections for streams that may take minutes, separate from those of requests, so that a slow
 * export cannot delay a read by id. They are opened on demand.
 */
@Injectable()
export class BulkPool implements OnApplicationShutdown {
  readonly pool: pg.Pool;

  constructor(@Inject(CONFIG) config: Config) {
    this.pool = openBulkPool(config);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
