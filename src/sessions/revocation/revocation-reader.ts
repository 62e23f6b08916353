import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import { Log } from '../../common/logging/log.js';
import { PostgresRevocations } from './postgres-revocations.js';
import { type Distrust, type Observation, RedisRevocations } from './redis-revocations.js';
import {
  CLOCK_MARGIN,
  LEASE,
  READ_INTERVAL,
  READ_WINDOW,
  TRANSACTION_LIMIT,
} from './revocation-times.js';

/** Keys that one read writes to Redis at most, so that a refill does not hold up the next read. */
const REFILL = 1_000;

export const REDIS_STATES = [
  'trusted',
  'not_configured',
  'not_yet_compared',
  'no_answer',
  'not_master',
  'not_writable',
  'evicting',
  'postgres_not_read',
] as const;
/** What Redis is to this instance at the moment; all but the first mean that PostgreSQL is asked. */
export type RedisState = (typeof REDIS_STATES)[number];

interface Trust extends Observation {
  /** When the read of PostgreSQL was sent that came after the observation; monotonic. */
  readAt: number;
}

/**
 * Reads from PostgreSQL what was revoked, again and again, and keeps it in memory. Each read also
 * renews the trust in Redis: whatever Redis lost before it was observed, this instance has in
 * memory; whatever it loses afterwards shows in the generation or the connection.
 */
@Injectable()
export class RevocationReader implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Ended sessions, and when the last token of each has expired; monotonic milliseconds. */
  private readonly ended = new Map<string, number>();
  /** Those that may be missing in the Redis that holds this generation. */
  private readonly unshared = new Set<string>();
  private sharedGeneration: string | undefined;
  private trust: Trust | undefined;
  private distrust: Distrust | undefined;
  private lastReadAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly redis: RedisRevocations,
    private readonly postgres: PostgresRevocations,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all([this.read(), this.postgres.connect()]);
    this.timer = setTimeout(() => this.readOn(), READ_INTERVAL);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.reading;
    await this.postgres.close();
  }

  get size(): number {
    return this.ended.size;
  }

  has(sessionId: string): boolean {
    return this.ended.has(sessionId);
  }

  /** Sessions that have ended just now. */
  add(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.remember(id, 0);
  }

  /** Sessions whose keys Redis has confirmed. */
  markShared(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.unshared.delete(id);
  }

  /** Whether a "not revoked" from Redis counts. */
  trusts(answer: Observation): boolean {
    const { trust } = this;
    return (
      trust !== undefined &&
      answer.generation === trust.generation &&
      answer.connection === trust.connection &&
      performance.now() - trust.readAt <= LEASE
    );
  }

  get state(): RedisState {
    const { trust } = this;
    if (!this.redis.isConfigured) return 'not_configured';
    if (this.distrust) return this.distrust;
    if (!trust) return 'not_yet_compared';
    if (performance.now() - trust.readAt > LEASE) return 'postgres_not_read';
    return this.redis.isUsable(trust.connection) ? 'trusted' : 'no_answer';
  }

  private readOn(): void {
    this.reading = this.read().then(() => {
      if (this.timer) this.timer = setTimeout(() => this.readOn(), READ_INTERVAL);
    });
  }

  /** Redis is observed before PostgreSQL is read: what it loses later, this read cannot vouch for. */
  private async read(): Promise<void> {
    const observation = this.redis.isConfigured ? await this.redis.observe() : undefined;
    const isReliable = typeof observation === 'object';
    if (!isReliable) this.trust = undefined;
    // The first read comes while Redis is still being connected to.
    const isFirst = this.lastReadAt === undefined;
    this.noteDistrust(isReliable || isFirst ? undefined : observation);
    const readAt = performance.now();
    try {
      const rows = await this.postgres.revokedWithin(this.readWindow());
      for (const { id, age } of rows) if (!this.ended.has(id)) this.remember(id, age);
    } catch (error) {
      this.log.warn({ err: error }, 'Revoked sessions cannot be read');
      return;
    }
    this.lastReadAt = readAt;
    if (isReliable) {
      this.trust = { ...observation, readAt };
      await this.refill(observation.generation);
    }
    this.forgetExpired();
  }

  private noteDistrust(distrust: Distrust | undefined): void {
    if (distrust === this.distrust) return;
    this.distrust = distrust;
    if (distrust)
      this.log.warn({ reason: distrust }, 'Redis is not relied on; PostgreSQL stands in');
    else this.log.info({}, 'Redis is relied on again');
  }

  /** Reaches back over everything since the last read: PostgreSQL may have been out of reach. */
  private readWindow(): number {
    if (this.lastReadAt === undefined) return this.life(0);
    return READ_WINDOW + (performance.now() - this.lastReadAt);
  }

  /**
   * Makes good what a publisher left undone that died between commit and write, and what a Redis
   * lost whose generation is new. No instance relies on it: all of them read the same rows.
   */
  private async refill(generation: string): Promise<void> {
    if (generation !== this.sharedGeneration) {
      this.sharedGeneration = generation;
      for (const id of this.ended.keys()) this.unshared.add(id);
    }
    const ids: string[] = [];
    for (const id of this.unshared) if (ids.push(id) === REFILL) break;
    if (ids.length === 0) return;
    const now = performance.now();
    const isWritten = await this.redis.write(ids, (id) => (this.ended.get(id) ?? now) - now);
    if (isWritten) this.markShared(ids);
  }

  /** @param age milliseconds since the session was revoked */
  private remember(sessionId: string, age: number): void {
    const life = this.life(age);
    if (life <= 0) return;
    this.ended.set(sessionId, performance.now() + life);
    if (this.redis.isConfigured) this.unshared.add(sessionId);
  }

  /** Until its transaction was committed, a session could still be given tokens. */
  private life(age: number): number {
    return this.config.accessTokenTtl + TRANSACTION_LIMIT + CLOCK_MARGIN - age;
  }

  private forgetExpired(): void {
    const now = performance.now();
    for (const [id, until] of this.ended) {
      if (until > now) continue;
      this.ended.delete(id);
      this.unshared.delete(id);
    }
  }
}
