import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { unavailable } from '../../common/errors/errors.js';
import { type CheckResult, HealthService } from '../../common/health/health.service.js';
import { Metrics } from '../../common/metrics/metrics.js';
import { PostgresRevocations } from './postgres-revocations.js';
import { RedisRevocations } from './redis-revocations.js';
import { REDIS_STATES, RevocationReader } from './revocation-reader.js';
import { UNCONFIRMED_WAIT } from './revocation-times.js';

/**
 * Whether a session has ended, known at the next request on every instance.
 *
 * PostgreSQL holds the truth. Redis only shortens the way to it, and may say "not revoked" only
 * while nothing can be missing in it that this instance has not read from PostgreSQL:
 *
 *     committed -> key written and confirmed -> answered     the key stops everybody, or else
 *                                                            Redis lost it: then the generation or
 *                                                            the connection is new, or the loss is
 *                                                            older than the last read
 *     committed -> not confirmed -> 2 s -> answered          by then every instance has read the
 *                                                            row, or its lease is over
 *
 * docs/replay-protection.md tells what follows for users, docs/adr/0004-revocation.md why.
 */
@Injectable()
export class Revocations {
  private readonly answers: Record<'memory' | 'redis' | 'postgres', Answers>;
  private readonly unanswered: Counter.Internal;
  private readonly publications: Counter;

  constructor(
    private readonly reader: RevocationReader,
    private readonly redis: RedisRevocations,
    private readonly postgres: PostgresRevocations,
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
      live: checks.labels(answeredBy, 'live'),
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
      'Sessions ended here by how the other instances learn of it: by redis, or within a wait.',
      ['known_by'],
    );
    metrics.state('session_redis_state', 'What Redis is to this instance.', REDIS_STATES, () => {
      return this.reader.state;
    });
    metrics.gauge(
      'session_revocations_known',
      'Ended sessions kept in memory.',
      () => this.reader.size,
    );
  }

  /** @throws AppError 503 when neither Redis nor PostgreSQL can tell */
  async isActive(sessionId: string): Promise<boolean> {
    if (this.reader.has(sessionId)) return this.answer('memory', false);
    const answer = await this.redis.ask(sessionId);
    if (answer?.revoked.has(sessionId)) return this.answer('redis', false);
    // Looked up again: a read may have come in, and renewed the trust, while Redis was asked.
    if (this.reader.has(sessionId)) return this.answer('memory', false);
    if (answer && this.reader.trusts(answer)) return this.answer('redis', true);
    try {
      return this.answer('postgres', await this.postgres.isActive(sessionId));
    } catch (error) {
      this.unanswered.inc();
      throw unavailable(error);
    }
  }

  /** Makes it known that these sessions have ended. Called after the commit, before the answer. */
  async publish(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const committedAt = performance.now();
    this.reader.add(sessionIds);
    if (!this.redis.isConfigured) return; // then every instance asks PostgreSQL at every request
    if (await this.redis.write(sessionIds)) {
      this.reader.markShared(sessionIds);
      this.publications.labels('redis').inc(sessionIds.length);
      return;
    }
    this.publications.labels('wait').inc(sessionIds.length);
    await sleep(committedAt + UNCONFIRMED_WAIT - performance.now());
  }

  private answer(answeredBy: keyof Revocations['answers'], isLive: boolean): boolean {
    const { live, revoked } = this.answers[answeredBy];
    (isLive ? live : revoked).inc();
    return isLive;
  }

  private health(): CheckResult {
    const { state } = this.reader;
    if (state === 'trusted') return { status: 'ok' };
    return { status: state === 'not_configured' ? 'ok' : 'degraded', reason: state };
  }
}

interface Answers {
  live: Counter.Internal;
  revoked: Counter.Internal;
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
