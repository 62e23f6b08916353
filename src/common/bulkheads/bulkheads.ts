import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { connectionShares } from '../config/connection-shares.js';
import { Metrics } from '../metrics/metrics.js';
import { Bulkhead } from './bulkhead.js';

/** Milliseconds. */
const PATIENCE = 1_000;
/** Shorter than the time for a body, which the client has begun to send. */
const IMPORT_PATIENCE = 2_000;
const EXPORTS = 8;
const EXPORTS_PER_USER = 2;

/** The parameters of a list that make it expensive. */
interface ListQuery {
  q?: string;
  count?: string;
}

/** The limits on expensive operations, of each instance for itself. */
@Injectable()
export class Bulkheads {
  /** Searches and counts, which may read a whole table. They use half of the requests' pool. */
  readonly heavyReads: Bulkhead;
  /** Exports, each of which reads page after page for as long as its client takes them. */
  readonly exports: Bulkhead;

  /**
   * Imports, from the first byte of a file to the end of the merge. Each holds one connection at most,
   * so that none waits for one.
   */
  readonly imports: Bulkhead;

  constructor(@Inject(CONFIG) config: Config, metrics: Metrics) {
    const shares = connectionShares(config);
    const total = Math.max(1, Math.floor(shares.requests / 2));
    this.heavyReads = new Bulkhead({
      what: 'searches and counts',
      total,
      perUser: Math.max(1, Math.floor(total / 2)),
      patience: PATIENCE,
    });
    this.exports = new Bulkhead({
      what: 'exports',
      total: EXPORTS,
      perUser: EXPORTS_PER_USER,
      patience: PATIENCE,
    });
    this.imports = new Bulkhead({
      what: 'imports',
      total: shares.imports,
      perUser: Math.max(1, Math.floor(shares.imports / 2)),
      patience: IMPORT_PATIENCE,
    });
    const { heavyReads, exports, imports } = this;
    metrics.gauges('bulkhead_in_use', 'Expensive operations that run, by kind.', 'kind', () => ({
      heavy_reads: heavyReads.inUse,
      exports: exports.inUse,
      imports: imports.inUse,
    }));
    metrics.gauges('bulkhead_waiting', 'Expensive operations that wait, by kind.', 'kind', () => ({
      heavy_reads: heavyReads.waitingCount,
      exports: exports.waitingCount,
      imports: imports.waitingCount,
    }));
  }

  /**
   * Reads a list, as a heavy read when it searches or counts.
   *
   * @throws AppError 429 or 503
   */
  list<T>(userId: string, { q, count }: ListQuery, read: () => Promise<T>): Promise<T> {
    const isHeavy = (q ?? count) !== undefined;
    return isHeavy ? this.heavyReads.run(userId, read) : read();
  }
}
