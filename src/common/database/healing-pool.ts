import pg from 'pg';
import { type ConnectionConfig, ResilientClient, SILENT } from './resilient-client.js';

export type HealingPoolConfig = pg.PoolConfig & ConnectionConfig;

/** The pools of one application, so that they can react to each other and metrics can list them. */
export class PoolGroup {
  private readonly pools = new Set<HealingPool>();

  /** @returns a copy, in the order in which the pools were opened */
  get all(): readonly HealingPool[] {
    return [...this.pools];
  }

  add(pool: HealingPool): void {
    this.pools.add(pool);
  }

  /**
   * Closes the idle connections of all pools. It is called when one connection died silently. The network
   * has probably dropped the others as well, and each would make one request wait for a time limit.
   */
  abandonIdle(): void {
    for (const pool of this.pools) pool.abandonIdle();
  }
}

/** A pool that replaces connections that the network or a proxy has silently dropped. */
export class HealingPool extends pg.Pool {
  /** For metrics: requests, sessions, readiness, bulk. */
  readonly purpose: string;
  private readonly idle = new Set<pg.PoolClient>();

  constructor(config: HealingPoolConfig, group: PoolGroup) {
    super(config);
    this.purpose = (config.application_name ?? '').replace(/^customer-api-?/, '') || 'requests';
    group.add(this);
    this.on('error', () => undefined); // a lost idle connection is replaced at its next use
    this.on('connect', (client) => client.once(SILENT, () => group.abandonIdle()));
    this.on('acquire', (client) => this.idle.delete(client));
    this.on('release', (_error, client) => this.idle.add(client));
    this.on('remove', (client) => this.idle.delete(client));
  }

  abandonIdle(): void {
    for (const client of this.idle) {
      if (client instanceof ResilientClient) client.abandon(new Error('Connection terminated'));
    }
    this.idle.clear();
  }
}
