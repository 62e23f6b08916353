import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { poolsOf } from './data-source.js';
import type { HealingPool } from './healing-pool.js';

/** Metrics of all pools of connections to PostgreSQL. */
@Injectable()
export class PoolMetrics {
  constructor(@Inject(CONFIG) config: Config, metrics: Metrics) {
    const read = (count: (pool: HealingPool) => number) => () => {
      const counts: Record<string, number> = {};
      for (const pool of poolsOf(config).all) {
        counts[pool.purpose] = (counts[pool.purpose] ?? 0) + count(pool);
      }
      return counts;
    };
    metrics.gauges(
      'database_connections_in_use',
      'Connections to PostgreSQL in use, by pool.',
      'pool',
      read((pool) => pool.totalCount - pool.idleCount),
    );
    metrics.gauges(
      'database_connections_idle',
      'Idle connections to PostgreSQL, by pool.',
      'pool',
      read((pool) => pool.idleCount),
    );
    metrics.gauges(
      'database_connections_waited_for',
      'Operations that wait for a connection to PostgreSQL, by pool.',
      'pool',
      read((pool) => pool.waitingCount),
    );
  }
}
