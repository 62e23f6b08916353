import type { AccessClaims } from '../../sessions/tokens.js';

const MAXIMUM = 10_000;

/**
 * Access tokens whose signature was verified before: the same text under the same keys, so it need
 * not be verified again until it expires. Whether the session lives is not remembered; that is
 * asked on every request.
 */
export class VerifiedTokens {
  private readonly claims = new Map<string, AccessClaims>();

  get(token: string): AccessClaims | undefined {
    const claims = this.claims.get(token);
    if (!claims || claims.exp > Date.now() / 1_000) return claims;
    this.claims.delete(token);
    return undefined;
  }

  /** The oldest gives way: it is the next to expire. */
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
