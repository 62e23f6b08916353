import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../config/config.js';
import { openPool } from '../database/data-source.js';
import { ASK_READ_ONLY, type ReadOnlyAnswer } from '../database/read-only.js';
import { retryRead } from '../database/retry-read.js';
import type { CheckResult } from './health.service.js';

/** Milliseconds. Both together are less than the two seconds of most probes. */
const CONNECT_TIMEOUT = 900;
const QUERY_TIMEOUT = 900;
/** Milliseconds for which a result is cached, so that many probes cost no more than one. */
const CACHE_TIME = 1_000;

/**
 * Checks PostgreSQL over its own connection. With the pool of requests, a few slow queries would make
 * every instance unready at once, and a load balancer would remove all of them.
 */
@Injectable()
export class PostgresCheck implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  private latest: { at: number; result: Promise<CheckResult> } | undefined;

  constructor(@Inject(CONFIG) config: Config) {
    this.pool = openPool(config, 'readiness', {
      max: 1,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      query_timeout: QUERY_TIMEOUT,
      idleTimeoutMillis: 0,
    });
  }

  check(): Promise<CheckResult> {
    const now = performance.now();
    if (!this.latest || now - this.latest.at > CACHE_TIME) {
      this.latest = { at: now, result: this.ask() };
    }
    return this.latest.result;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  private async ask(): Promise<CheckResult> {
    try {
      const { rows } = await retryRead(() => this.pool.query<ReadOnlyAnswer>(ASK_READ_ONLY));
      return rows[0]?.isReadOnly
        ? { status: 'unavailable', reason: 'read_only' }
        : { status: 'ok' };
    } catch {
      return { status: 'unavailable', reason: 'no_answer' };
    }
  }
}
