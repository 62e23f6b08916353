import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Counter } from 'prom-client';
import { DatabaseClock } from '../../common/database/database-clock.js';
import { Periodic } from '../../common/lifecycle/periodic.js';
import { Log } from '../../common/logging/log.js';
import { Metrics } from '../../common/metrics/metrics.js';
import { InstancesService } from '../instances/instances.service.js';
import {
  PostgresRevocations,
  type ReadStart,
  type DatabaseActivity,
} from './postgres-revocations.js';
import { type Distrust, type Observation, RedisRevocations } from './redis-revocations.js';
import { BLIND_READ_MARGIN, LEASE, READ_INTERVAL, READ_MARGIN } from './revocation-times.js';
import { RevokedSessions } from './revoked-sessions.js';
import { SlowCommits } from './slow-commits.js';

/** Maximum of keys or rows in one write. A longer write would delay the next read. */
const REFILL = 1_000;

export const REDIS_STATES = [
  'trusted',
  'not_configured',
  'not_yet_compared',
  'no_answer',
  'refused',
  'tls',
  'cluster',
  'not_master',
  'not_writable',
  'evicting',
  'postgres_not_read',
  'instances_disagree',
] as const;
/** The state of Redis for this instance. In every state but `trusted`, PostgreSQL is asked. */
export type RedisState = (typeof REDIS_STATES)[number];

/**
 * The trust of this instance in Redis:
 *
 *     unknown ──── read after a good observation ───▶ trusted ◀─┐ each further read
 *        ▲                                               │ └─────┘ renews readAt
 *        │ good observation            bad observation   │
 *        └────────────────── distrusted ◀────────────────┘
 *
 * The trust also ends when `readAt` is older than the lease, or when an answer comes from another
 * generation or connection.
 */
type Trust =
  | { kind: 'unknown' }
  | { kind: 'distrusted'; reason: Distrust }
  /** `readAt` is the monotonic time when the read of PostgreSQL after the observation was sent. */
  | ({ kind: 'trusted'; readAt: number } & Observation);

/**
 * Periodically reads the revoked sessions from PostgreSQL into memory. Each read also renews the trust
 * in Redis. If Redis lost keys before the observation, this instance has them in memory. If Redis loses
 * keys later, its generation or its connection changes.
 */
@Injectable()
export class RevocationReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private trust: Trust = { kind: 'unknown' };
  /** The last successful read, and the monotonic time when it was sent. */
  private last: ({ at: number } & DatabaseActivity) | undefined;
  /** Of PostgreSQL's write-ahead log. */
  private timeline: string | undefined;
  private readonly rows: Counter;
  private readonly loop: Periodic;

  constructor(
    private readonly revoked: RevokedSessions,
    private readonly redis: RedisRevocations,
    private readonly postgres: PostgresRevocations,
    private readonly commits: SlowCommits,
    private readonly instances: InstancesService,
    private readonly clock: DatabaseClock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.rows = metrics.counter(
      'session_revocations_read_total',
      'Rows of revoked sessions that the periodic reads of PostgreSQL returned.',
    );
    this.loop = new Periodic(log, {
      pause: READ_INTERVAL,
      failure: UNREADABLE,
      run: () => this.read(),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const read = this.read().catch((error: unknown) => this.log.warn({ err: error }, UNREADABLE));
    await Promise.all([read, this.postgres.connect()]);
    this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.postgres.close();
  }

  /** Whether a "not revoked" of Redis can be trusted. */
  trusts(answer: Observation): boolean {
    const { trust } = this;
    return (
      trust.kind === 'trusted' &&
      !this.instances.disagreeAboutRedis &&
      answer.generation === trust.generation &&
      answer.connection === trust.connection &&
      performance.now() - trust.readAt <= LEASE
    );
  }

  get state(): RedisState {
    const { trust } = this;
    if (!this.redis.isConfigured) return 'not_configured';
    if (this.instances.disagreeAboutRedis) return 'instances_disagree';
    if (trust.kind === 'unknown') return 'not_yet_compared';
    if (trust.kind === 'distrusted') return trust.reason;
    if (performance.now() - trust.readAt > LEASE) return 'postgres_not_read';
    return this.redis.isUsable(trust.connection) ? 'trusted' : 'no_answer';
  }

  /** Observes Redis before it reads PostgreSQL, because the read does not cover later losses of Redis. */
  private async read(): Promise<void> {
    const observation = this.redis.isConfigured ? await this.redis.observe() : undefined;
    const isGood = typeof observation === 'object';
    this.judge(isGood ? undefined : observation);
    const readAt = performance.now();
    const activity = await this.readActivity();
    await this.restore();
    const rows = await this.postgres.revokedSince(this.readStart(readAt, activity));
    this.rows.inc(rows.length);
    this.revoked.addRows(rows);
    this.last = { at: readAt, ...activity };
    if (isGood) {
      this.trust = { kind: 'trusted', readAt, ...observation };
      await this.refill(observation.generation);
    }
    this.revoked.forgetExpired();
  }

  /** @param reason undefined after a good observation */
  private judge(reason: Distrust | undefined): void {
    const { trust } = this;
    if (reason === undefined) {
      if (trust.kind !== 'distrusted') return;
      this.trust = { kind: 'unknown' };
      this.log.info({}, 'Redis is trusted again');
      return;
    }
    // Before the first read the connection to Redis is not open yet.
    if (!this.last) return;
    if (trust.kind === 'distrusted' && trust.reason === reason) return;
    this.trust = { kind: 'distrusted', reason };
    this.log.warn({ reason }, 'Redis is not trusted; PostgreSQL answers the session checks');
  }

  private async readActivity(): Promise<DatabaseActivity> {
    const sentAt = performance.now();
    const activity = await this.postgres.readActivity();
    this.clock.note(activity.now, sentAt);
    this.commits.note(activity.openFor);
    return activity;
  }

  /**
   * Revokes sessions again after a failover, because a lagging standby lacks the last revocations.
   * Without this, their refresh tokens would work again once memory has forgotten the sessions.
   */
  private async restore(): Promise<void> {
    const known = this.timeline;
    const timeline = (await this.postgres.timeline()) ?? known;
    if (known !== undefined && timeline !== known) {
      const { ids } = this.revoked;
      let count = 0;
      for (let at = 0; at < ids.length; at += REFILL) {
        count += await this.postgres.revokeAgain(ids.slice(at, at + REFILL));
      }
      this.log.warn(
        { sessions: count },
        'PostgreSQL has a new timeline; lost revocations were written again',
      );
    }
    this.timeline = timeline;
  }

  /**
   * A read continues from the last one, because all earlier revocations are in memory. It starts with
   * the oldest transaction that was open at the last read, whose revocations were not visible yet. The
   * first read covers all revoked sessions whose tokens may not have expired.
   */
  private readStart(readAt: number, { now }: DatabaseActivity): ReadStart {
    const longest = this.revoked.lifeAt(0);
    const { last } = this;
    if (!last) return { lastNow: now, elapsed: 0, further: longest };
    const margin = last.isPartlyHidden ? BLIND_READ_MARGIN : READ_MARGIN;
    const further = margin + Math.min(last.openFor, longest);
    return { lastNow: last.now, elapsed: readAt - last.at, further };
  }

  /**
   * Writes the keys that Redis may lack: those of an instance that died between its commit and its
   * write, and all keys for a Redis with a new generation. Correctness does not depend on it, because
   * every instance reads the same rows.
   */
  private async refill(generation: string): Promise<void> {
    const ids = this.revoked.missingIn(generation, REFILL);
    if (ids.length === 0) return;
    const isWritten = await this.redis.write(ids, (id) => this.revoked.lifeLeft(id));
    if (isWritten) this.revoked.markShared(ids);
  }
}

const UNREADABLE = 'Revoked sessions cannot be read';
