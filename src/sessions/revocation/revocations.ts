import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { unavailable } from '../../common/errors/errors.js';
import { type CheckResult, HealthService } from '../../common/health/health.service.js';
import { Metrics } from '../../common/metrics/metrics.js';
import { InstancesService } from '../instances/instances.service.js';
import { PostgresRevocations } from './postgres-revocations.js';
import { RedisRevocations } from './redis-revocations.js';
import { REDIS_STATES, RevocationReader } from './revocation-reader.js';
import { UNCONFIRMED_WAIT } from './revocation-times.js';
import { RevokedSessions } from './revoked-sessions.js';

/**
 * Checks whether a session is active, and makes every instance refuse a revoked one from the next
 * request on.
 *
 * PostgreSQL has the authoritative state. Redis only makes the check faster. A "not revoked" of Redis
 * is trusted only while this instance has read from PostgreSQL everything that Redis may lack:
 *
 *     committed -> key written and confirmed -> answered     every instance finds the key. If Redis
 *                                                            lost it, the generation or connection
 *                                                            is new, or the loss is older than the
 *                                                            last read of PostgreSQL
 *     committed -> not confirmed -> 2 s -> answered          by then every instance has read the
 *                                                            row, or its lease has ended
 *
 * docs/replay-protection.md describes the effects for users, docs/adr/0004-revocation.md the reasons.
 */
@Injectable()
export class Revocations {
  private readonly answers: Record<'memory' | 'redis' | 'postgres', Answers>;
  private readonly unanswered: Counter.Internal;
  private readonly publications: Counter;

  constructor(
    private readonly revoked: RevokedSessions,
    private readonly reader: RevocationReader,
    private readonly redis: RedisRevocations,
    private readonly postgres: PostgresRevocations,
    private readonly instances: InstancesService,
    health: HealthService,
    metrics: Metrics,
  ) {
    health.register('redis', () => this.health());
    const checks = metrics.counter(
      'session_checks_total',
      'Session checks by who answered (memory, redis, postgres, nobody) and the answer.',
      ['answered_by', 'answer'],
    );
    const answersOf = (answeredBy: string): Answers => ({
      active: checks.labels(answeredBy, 'live'),
      revoked: checks.labels(answeredBy, 'revoked'),
    });
    this.answers = {
      memory: answersOf('memory'),
      redis: answersOf('redis'),
      postgres: answersOf('postgres'),
    };
    this.unanswered = checks.labels('nobody', 'unknown');
    this.publications = metrics.counter(
      'session_revocations_total',
      'Sessions that this instance revoked, by how the others learn of it: by Redis or by a wait.',
      ['known_by'],
    );
    this.unanswered.inc(0); // an alert sees only the changes of a series
    this.publications.labels('wait').inc(0);
    const state = () => this.reader.state;
    metrics.state('session_redis_state', 'State of Redis for this instance.', REDIS_STATES, state);
    const known = () => this.revoked.size;
    metrics.gauge('session_revocations_known', 'Revoked sessions kept in memory.', known);
  }

  /** @throws AppError 503 when neither Redis nor PostgreSQL answers */
  async isActive(sessionId: string): Promise<boolean> {
    if (this.revoked.has(sessionId)) return this.answer('memory', false);
    const answer = await this.redis.ask(sessionId);
    if (answer?.revoked.has(sessionId)) return this.answer('redis', false);
    // Checked again, because a read may have renewed the trust while Redis answered.
    if (this.revoked.has(sessionId)) return this.answer('memory', false);
    if (answer && this.reader.trusts(answer)) return this.answer('redis', true);
    try {
      const isActive = await this.postgres.isActive(sessionId);
      if (!isActive) await this.publishFound(sessionId);
      return this.answer('postgres', isActive);
    } catch (error) {
      this.unanswered.inc();
      throw unavailable(error);
    }
  }

  /** Whether this instance has the session in memory as revoked, even if PostgreSQL lost it. */
  isKnownRevoked(sessionId: string): boolean {
    return this.revoked.has(sessionId);
  }

  /**
   * Publishes a session that was found revoked, before the client gets the response. The instance that
   * revoked it may have got no answer to its COMMIT and so may not have published it.
   */
  async publishFound(sessionId: string): Promise<void> {
    if (!this.redis.isConfigured || this.revoked.has(sessionId)) return;
    if (await this.postgres.isRevoked(sessionId)) await this.publish([sessionId]);
  }

  /** Makes every instance refuse these sessions. Called after the commit and before the response. */
  async publish(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const committedAt = performance.now();
    this.revoked.add(sessionIds);
    const disagree = this.instances.disagreeAboutRedis;
    // Without Redis every instance asks PostgreSQL at every request.
    if (!this.redis.isConfigured && !disagree) return;
    if (await this.redis.write(sessionIds)) {
      this.revoked.markShared(sessionIds);
      if (!disagree) {
        this.publications.labels('redis').inc(sessionIds.length);
        return;
      }
    }
    this.publications.labels('wait').inc(sessionIds.length);
    await sleep(committedAt + UNCONFIRMED_WAIT - performance.now());
  }

  private answer(answeredBy: keyof Revocations['answers'], isActive: boolean): boolean {
    const { active, revoked } = this.answers[answeredBy];
    (isActive ? active : revoked).inc();
    return isActive;
  }

  private health(): CheckResult {
    const { state } = this.reader;
    if (state === 'trusted') return { status: 'ok' };
    return { status: state === 'not_configured' ? 'ok' : 'degraded', reason: state };
  }
}

interface Answers {
  active: Counter.Internal;
  revoked: Counter.Internal;
}
