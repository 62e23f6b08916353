import type { DatabaseConfig } from './config.js';

/** Four for the session check, one for the reader of revocations, one for readiness. */
const RESERVED = 6;
const MOST_BULK = 8;
const FEWEST_BULK = 2;
const DEFAULT_REQUESTS = 10;
/** Of the connections that are not reserved, as in the default of 24: 8 of 18. */
const BULK_SHARE = 8 / 18;
/** An export needs a connection for moments, an import for minutes. */
const EXPORT_SHARE = 3 / 8;

export interface ConnectionShares {
  requests: number;
  imports: number;
  exports: number;
  /** The bound of the sum. A migration at start uses three more for its duration. */
  total: number;
}

/** How many connections to PostgreSQL each part of an instance may open. */
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

/** The problem of settings that leave too few connections, if there is one. */
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
