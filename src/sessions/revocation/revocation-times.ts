/** The lengths, in milliseconds, that make the promise of `Revocations` hold together. */

/** How often an instance reads from PostgreSQL what was revoked. */
export const READ_INTERVAL = 500;

/** Redis may say "not revoked" for this long after the last successful read was sent. */
export const LEASE = 2_000;

/** An answer to an unconfirmed revocation waits for all leases, and for timers that fire early. */
export const UNCONFIRMED_WAIT = LEASE + 50;

/** How long the transaction that revokes may take: until then its rows cannot be read. */
export const TRANSACTION_LIMIT = 15_000;

/** How far back each read looks: the limit above, and again as much for a COMMIT that is slow. */
export const READ_WINDOW = 2 * TRANSACTION_LIMIT;

/** How far the clock that judges a token's `exp` may lag behind PostgreSQL's. */
export const CLOCK_MARGIN = 10_000;
