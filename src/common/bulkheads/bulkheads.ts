import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { connectionShares } from '../config/connection-shares.js';
import { Metrics } from '../metrics/metrics.js';
import { Bulkhead } from './bulkhead.js';

/** Milliseconds. */
const MAXIMUM_WAIT = 1_000;
/** Shorter than the time limit for a body, which the client is already sending. */
const MAXIMUM_WAIT_OF_IMPORT = 2_000;
const EXPORTS = 8;
const EXPORTS_PER_USER = 2;

/** The parameters that make a list expensive. */
interface ListQuery {
  q?: string;
  count?: string;
}

/** The limits on expensive operations. Each instance has its own. */
@Injectable()
export class Bulkheads {
  /** Searches and counts may read a whole table. They use at most half of the pool of requests. */
  readonly heavyReads: Bulkhead;
  /** An export reads page after page, as fast as its client receives them. */
  readonly exports: Bulkhead;

  /**
   * An import runs from the first byte of the file to the end of the merge. It holds at most one
   * connection, so with these limits no import waits for a connection.
   */
  readonly imports: Bulkhead;

  constructor(@Inject(CONFIG) config: Config, metrics: Metrics) {
    const shares = connectionShares(config);
    const total = Math.max(1, Math.floor(shares.requests / 2));
    this.heavyReads = new Bulkhead({
      what: 'searches and counts',
      total,
      perUser: Math.max(1, Math.floor(total / 2)),
      maximumWait: MAXIMUM_WAIT,
    });
    this.exports = new Bulkhead({
      what: 'exports',
      total: EXPORTS,
      perUser: EXPORTS_PER_USER,
      maximumWait: MAXIMUM_WAIT,
    });
    this.imports = new Bulkhead({
      what: 'imports',
      total: shares.imports,
      perUser: Math.max(1, Math.floor(shares.imports / 2)),
      maximumWait: MAXIMUM_WAIT_OF_IMPORT,
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
