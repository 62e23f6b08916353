import type { DatabaseClock } from '../../common/database/database-clock.js';
import type { AccessClaims } from '../../sessions/tokens.js';

const MAXIMUM = 10_000;

/**
 * Access tokens whose signature was verified before. The same text under the same keys needs no
 * second verification until it expires. Whether the session is active is not remembered: every
 * request asks for it.
 */
export class VerifiedTokens {
  private newer = new Map<string, AccessClaims>();
  private older = new Map<string, AccessClaims>();

  constructor(private readonly clock: DatabaseClock) {}

  get(token: string): AccessClaims | undefined {
    const claims = this.newer.get(token) ?? this.older.get(token);
    return claims && claims.exp > this.clock.now() / 1_000 ? claims : undefined;
  }

  /**
   * At the maximum it forgets the older half at once. To delete single tokens takes seven times as
   * long, because a `Map` keeps the places of deleted keys for a while.
   */
  add(token: string, claims: AccessClaims): void {
    if (this.newer.size >= MAXIMUM / 2) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(token, claims);
  }
}
