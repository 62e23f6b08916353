import type { DatabaseConfig } from './config.js';

/** Four for the session check, one for the reader of revocations, one for readiness. */
const RESERVED = 6;
const MOST_BULK = 8;
const FEWEST_BULK = 2;
const DEFAULT_REQUESTS = 10;
/** The share of bulk work in the connections that are not reserved: 8 of 18, as by default. */
const BULK_SHARE = 8 / 18;
/** The smaller share, because an export needs a connection only for moments, an import for minutes. */
const EXPORT_SHARE = 3 / 8;

export interface ConnectionShares {
  requests: number;
  imports: number;
  exports: number;
  /** The maximum in total. A migration at start needs three more. */
  total: number;
}

/** The maximum of connections to PostgreSQL for each part of an instance. */
export function connectionShares({
  databasePool,
  databaseConnections,
}: Pick<DatabaseConfig, 'databasePool' | 'databaseConnections'>): ConnectionShares {
  if (databaseConnections === undefined) {
    return sharesOf(databasePool ?? DEFAULT_REQUESTS, MOST_BULK);
  }
  const free = databaseConnections - RESERVED;
  if (databasePool !== undefined) {
    return sharesOf(databasePool, Math.min(MOST_BULK, free - databasePool));
  }
  const bulk = Math.min(MOST_BULK, Math.max(FEWEST_BULK, Math.round(free * BULK_SHARE)));
  return sharesOf(free - bulk, bulk);
}

/** The problem of settings with too few connections. Empty when there are enough. */
export function tooFewConnections(
  config: Partial<Pick<DatabaseConfig, 'databasePool' | 'databaseConnections'>>,
): string[] {
  const { databasePool, databaseConnections } = config;
  if (connectionShares({ databasePool, databaseConnections }).imports >= 1) return [];
  const needed = (databasePool ?? 0) + RESERVED + FEWEST_BULK;
  return [`DATABASE_CONNECTIONS must be at least DATABASE_POOL + ${needed - (databasePool ?? 0)}.`];
}

function sharesOf(requests: number, bulk: number): ConnectionShares {
  const exports = Math.max(1, Math.floor(bulk * EXPORT_SHARE));
  return { requests, exports, imports: bulk - exports, total: requests + bulk + RESERVED };
}
