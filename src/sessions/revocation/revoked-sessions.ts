import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import type { RevokedSession } from './postgres-revocations.js';
import { CLOCK_MARGIN, TRANSACTION_LIMIT } from './revocation-times.js';

/**
 * Keeps the revoked sessions in memory, each until its last token has expired. It also remembers which
 * of them Redis may lack.
 */
@Injectable()
export class RevokedSessions {
  /** When the last token of each session has expired, in monotonic milliseconds. */
  private readonly until = new Map<string, number>();
  private readonly unshared = new Set<string>();
  /** The generation of the Redis that has all sessions but {@link unshared}. */
  private sharedGeneration: string | undefined;
  private readonly isShared: boolean;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.isShared = config.redisUrl !== undefined;
  }

  get size(): number {
    return this.until.size;
  }

  get ids(): readonly string[] {
    return [...this.until.keys()];
  }

  has(sessionId: string): boolean {
    return this.until.has(sessionId);
  }

  /** Adds sessions that were revoked just now. */
  add(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.remember(id, 0);
  }

  /** Adds rows of PostgreSQL. Sessions that are already in memory stay as they are. */
  addRows(rows: readonly RevokedSession[]): void {
    for (const { id, age } of rows) if (!this.until.has(id)) this.remember(id, age);
  }

  /** Notes that Redis has confirmed the keys of these sessions. */
  markShared(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.unshared.delete(id);
  }

  /** Returns some sessions that the Redis with this generation may lack. */
  missingIn(generation: string, maximum: number): string[] {
    if (generation !== this.sharedGeneration) {
      this.sharedGeneration = generation;
      for (const id of this.until.keys()) this.unshared.add(id);
    }
    const ids: string[] = [];
    for (const id of this.unshared) if (ids.push(id) === maximum) break;
    return ids;
  }

  /** Milliseconds until the last token of the session has expired. */
  lifeLeft(sessionId: string): number {
    const now = performance.now();
    return (this.until.get(sessionId) ?? now) - now;
  }

  /**
   * How long a revoked session must be remembered, in milliseconds. The session can get new tokens until
   * the transaction that revokes it has committed. Because a COMMIT can take longer than
   * TRANSACTION_LIMIT, an older row counts as if it had that age.
   *
   * @param age milliseconds since it was revoked
   */
  lifeAt(age: number): number {
    return this.config.accessTokenTtl + TRANSACTION_LIMIT + CLOCK_MARGIN - age;
  }

  forgetExpired(): void {
    const now = performance.now();
    for (const [id, until] of this.until) {
      if (until > now) continue;
      this.until.delete(id);
      this.unshared.delete(id);
    }
  }

  private remember(sessionId: string, age: number): void {
    const life = this.lifeAt(Math.min(age, TRANSACTION_LIMIT));
    this.until.set(sessionId, performance.now() + life);
    if (this.isShared) this.unshared.add(sessionId);
  }
}
