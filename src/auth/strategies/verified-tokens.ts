import type { DatabaseClock } from '../../common/database/database-clock.js';
import { RecentMap } from '../../common/lifecycle/recent-map.js';
import type { AccessClaims } from '../../sessions/tokens.js';

const MAXIMUM = 10_000;

/**
 * Access tokens with a verified signature. The same text needs no second verification until it
 * expires. Whether the session is active is not remembered: every request checks it.
 */
export class VerifiedTokens {
  private readonly claims = new RecentMap<string, AccessClaims>(MAXIMUM);

  constructor(private readonly clock: DatabaseClock) {}

  get(token: string): AccessClaims | undefined {
    const claims = this.claims.get(token);
    return claims && claims.exp > this.clock.certainNow() / 1_000 ? claims : undefined;
  }

  add(token: string, claims: AccessClaims): void {
    this.claims.set(token, claims);
  }
}
