/** The times, in milliseconds, on which the guarantee of `Revocations` depends. */

/** The pause between two reads of the revoked sessions from PostgreSQL. */
export const READ_INTERVAL = 500;

/** Redis may say "not revoked" for this long after the last successful read was sent. */
export const LEASE = 2_000;

/** The wait before the response to an unconfirmed revocation. By then all leases have ended, even if a timer fires early. */
export const UNCONFIRMED_WAIT = LEASE + 50;

/** The longest duration of a transaction that revokes, without its COMMIT. No read finds its rows before. */
export const TRANSACTION_LIMIT = 15_000;

/**
 * How far before the last read each read starts. `pg_stat_activity` shows a transaction as writing only
 * a moment after the time in its rows, and PostgreSQL's clock may jump.
 */
export const READ_MARGIN = 2_000;

/** The same where PostgreSQL hides transactions: the limit above, plus as much for a slow COMMIT. */
export const BLIND_READ_MARGIN = 2 * TRANSACTION_LIMIT;

/** How far the clock that checks `exp` of a token may be behind PostgreSQL's clock. */
export const CLOCK_MARGIN = 10_000;
