import type { DatabaseClock } from '../../common/database/database-clock.js';
import type { AccessClaims } from '../../sessions/tokens.js';

const MAXIMUM = 10_000;

/**
 * Access tokens whose signature was verified before. The same text under the same keys needs no
 * second verification until it expires. Whether the session is active is not remembered: every
 * request asks for it.
 */
export class VerifiedTokens {
  private readonly claims = new Map<string, AccessClaims>();

  constructor(private readonly clock: DatabaseClock) {}

  get(token: string): AccessClaims | undefined {
    const claims = this.claims.get(token);
    if (!claims || claims.exp > this.clock.now() / 1_000) return claims;
    this.claims.delete(token);
    return undefined;
  }

  /** Beyond the maximum it drops the oldest, which is the next to expire. */
  add(token: string, claims: AccessClaims): void {
    if (this.claims.size >= MAXIMUM) {
      for (const oldest of this.claims.keys()) {
        this.claims.delete(oldest);
        break;
      }
    }
    this.claims.set(token, claims);
  }
}
