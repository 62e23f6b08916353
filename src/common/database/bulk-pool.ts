import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { CONFIG, type Config } from '../config/config.js';
import { bulkPoolOptions } from './data-source.js';

/**
 * Connections for what streams and may take minutes, apart from those of requests: a slow export
 * must not stand in the way of a read by id. They are opened when needed.
 */
@Injectable()
export class BulkPool implements OnApplicationShutdown {
  readonly pool: pg.Pool;

  constructor(@Inject(CONFIG) config: Config) {
    this.pool = new pg.Pool(bulkPoolOptions(config));
    this.pool.on('error', () => undefined); // a lost idle connection is replaced at its next use
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
