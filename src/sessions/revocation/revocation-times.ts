/** The times, in milliseconds, on which the promise of `Revocations` depends. */

/** Between two reads of the revoked sessions from PostgreSQL. */
export const READ_INTERVAL = 500;

/** Redis may say "not revoked" for this long after the last successful read was sent. */
export const LEASE = 2_000;

/** Before the answer to an unconfirmed revocation: all leases have ended, even if a timer fires early. */
export const UNCONFIRMED_WAIT = LEASE + 50;

/** The longest transaction that revokes, without its COMMIT. Until that, no read finds its rows. */
export const TRANSACTION_LIMIT = 15_000;

/**
 * How much further than to the last read each read looks back. A transaction takes its time a moment
 * before PostgreSQL shows it as one that writes, and PostgreSQL's clock may jump.
 */
export const READ_MARGIN = 2_000;

/** The same where PostgreSQL hides transactions: the limit above, and as much for a slow COMMIT. */
export const BLIND_READ_MARGIN = 2 * TRANSACTION_LIMIT;

/** How far the clock that judges a token's `exp` may lag behind PostgreSQL's. */
export const CLOCK_MARGIN = 10_000;
