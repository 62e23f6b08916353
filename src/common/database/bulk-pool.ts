import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../config/config.js';
import { openBulkPool } from './data-source.js';

/**
 * Connections for streams that may take minutes. They are separate from those of requests, so that a slow
 * export cannot delay other requests. They are opened on demand.
 */
@Injectable()
export class BulkPool implements OnApplicationShutdown {
  readonly imports: pg.Pool;
  /** Separate, so that many imports never delay an export. */
  readonly exports: pg.Pool;

  constructor(@Inject(CONFIG) config: Config) {
    this.imports = openBulkPool(config, 'imports');
    this.exports = openBulkPool(config, 'exports');
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.imports.end(), this.exports.end()]);
  }
}
