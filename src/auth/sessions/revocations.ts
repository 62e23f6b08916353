import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import pg from 'pg';
import { CONFIG, type Config } from '../../common/config/config.js';
import { poolOptions } from '../../common/database/data-source.js';
import { unavailable } from '../../common/errors/errors.js';
import { type CheckResult, HealthService } from '../../common/health/health.service.js';
import { Log } from '../../common/logging/log.js';
import { Metrics } from '../../common/metrics/metrics.js';
import { type Distrust, type Observation, SharedRevocations } from './shared-revocations.js';

/** Milliseconds. */
const READ_INTERVAL = 500;
const LEASE = 2_000;
const CLOCK_MARGIN = 10_000;
/** Longer than any transaction may last: a row shows its `revoked_at` only once it is committed. */
const READ_WINDOW = 30_000;

/** Connections for the check, which requests waiting for the large pool must not hold up. */
const CHECK_POOL = 4;

interface Trust extends Observation {
  /** When the read of PostgreSQL was sent that came after the observation; monotonic. */
  readAt: number;
}

/**
 * Whether a session has ended, known at the next request on every instance.
 *
 * PostgreSQL holds the truth. Redis only shortens the way to it, and may only say "not revoked"
 * while nothing that this instance has not read from PostgreSQL can be missing in it: see `isLive`.
 * docs/replay-protection.md tells what follows for users, docs/adr/0004-revocation.md why.
 */
@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Ended sessions, and when the last token of each has expired; monotonic milliseconds. */
  private readonly ended = new Map<string, number>();
  private readonly checkPool: pg.Pool;
  private readonly readPool: pg.Pool;
  private readonly checks;
  private trust: Trust | undefined;
  private distrust: Distrust = 'not_yet_compared';
  private lastReadAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly shared: SharedRevocations,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
    health: HealthService,
    metrics: Metrics,
  ) {
    this.checkPool = newPool(config, CHECK_POOL);
    this.readPool = newPool(config, 1);
    health.register('redis', () => this.health());
    this.checks = metrics.counter(
      'session_checks_total',
      'Session checks by who answered (memory, redis, postgres, nobody) and the answer.',
      ['answered_by', 'answer'],
    );
    metrics.gauge('session_redis_trusted', 'Whether Redis may say that a session is live.', () =>
      this.isTrusted() ? 1 : 0,
    );
    metrics.gauge(
      'session_revocations_known',
      'Ended sessions kept in memory.',
      () => this.ended.size,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.read();
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await Promise.all([this.checkPool.end(), this.readPool.end()]);
  }

  /** @throws AppError 503 when neither Redis nor PostgreSQL can tell */
  async isLive(sessionId: string): Promise<boolean> {
    if (this.ended.has(sessionId)) return this.answer('memory', false);
    const answer = await this.shared.ask(sessionId);
    if (answer?.isRevoked) return this.answer('redis', false);
    // Looked up again: a read may have come in while Redis was asked.
    if (this.ended.has(sessionId)) return this.answer('memory', false);
    if (answer && this.isTrusted(answer)) return this.answer('redis', true);
    return this.askPostgres(sessionId);
  }

  /**
   * Makes it known that these sessions have ended. Called after the commit, awaited before the
   * answer: when Redis does not confirm, it takes until every instance has either read the rows or
   * stopped to trust its Redis.
   */
  async publish(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const committedAt = performance.now();
    for (const id of sessionIds) this.remember(id, 0);
    if (!this.shared.isConfigured || (await this.shared.write(sessionIds))) return;
    await sleep(committedAt + LEASE - performance.now());
  }

  private isTrusted(answer?: Observation): boolean {
    const { trust } = this;
    if (!trust || performance.now() - trust.readAt > LEASE) return false;
    if (!answer) return true;
    return answer.generation === trust.generation && answer.connection === trust.connection;
  }

  private async askPostgres(sessionId: string): Promise<boolean> {
    try {
      const { rowCount } = await this.checkPool.query({
        name: 'session-is-live',
        text: `SELECT FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
        values: [sessionId],
      });
      return this.answer('postgres', rowCount === 1);
    } catch (error) {
      this.checks.labels('nobody', 'unknown').inc();
      throw unavailable(error);
    }
  }

  private answer(answeredBy: string, isLive: boolean): boolean {
    this.checks.labels(answeredBy, isLive ? 'live' : 'revoked').inc();
    return isLive;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      void this.read().then(() => {
        if (!this.isStopped) this.schedule();
      });
    }, READ_INTERVAL);
  }

  /** Redis is looked at before PostgreSQL is read: what it loses later, this read cannot vouch for. */
  private async read(): Promise<void> {
    const observation = this.shared.isConfigured ? await this.shared.observe() : 'no_answer';
    if (typeof observation === 'string') {
      this.distrust = observation;
      this.trust = undefined;
    }
    const readAt = performance.now();
    try {
      const news = await this.readRevoked();
      this.lastReadAt = readAt;
      if (typeof observation !== 'string') this.trust = { ...observation, readAt };
      // Makes good what a publisher that died between commit and write left undone.
      if (news.length > 0) await this.shared.write(news);
    } catch (error) {
      this.log.warn({ err: error }, 'Revoked sessions cannot be read');
    }
    this.forgetExpired();
  }

  /** @returns the ids that were not known yet */
  private async readRevoked(): Promise<string[]> {
    const { rows } = await this.readPool.query<{ id: string; age: number }>({
      name: 'sessions-revoked',
      text: `SELECT id, (extract(epoch FROM clock_timestamp() - revoked_at) * 1000)::float8 AS age
             FROM sessions WHERE revoked_at > clock_timestamp() - $1 * interval '1 ms'`,
      values: [this.readWindow()],
    });
    const news = rows.filter(({ id }) => !this.ended.has(id));
    for (const { id, age } of news) this.remember(id, age);
    return news.map(({ id }) => id);
  }

  /** Reaches back over everything since the last read: PostgreSQL may have been out of reach. */
  private readWindow(): number {
    const all = this.config.accessTokenTtl + CLOCK_MARGIN;
    if (this.lastReadAt === undefined) return all + READ_WINDOW;
    return READ_WINDOW + (performance.now() - this.lastReadAt);
  }

  /** @param age milliseconds since the session was revoked */
  private remember(sessionId: string, age: number): void {
    const life = this.config.accessTokenTtl + CLOCK_MARGIN - age;
    if (life > 0) this.ended.set(sessionId, performance.now() + life);
  }

  private forgetExpired(): void {
    const now = performance.now();
    for (const [id, until] of this.ended) if (until <= now) this.ended.delete(id);
  }

  private health(): CheckResult {
    if (!this.shared.isConfigured) return { status: 'ok', reason: 'not_configured' };
    if (this.isTrusted()) return { status: 'ok' };
    return { status: 'degraded', reason: this.trust ? 'not_yet_compared' : this.distrust };
  }
}

function newPool(config: Config, size: number): pg.Pool {
  const pool = new pg.Pool({
    ...poolOptions(config, size),
    connectionTimeoutMillis: 1_000,
    query_timeout: 1_500,
  });
  pool.on('error', () => undefined); // a lost idle connection is replaced at its next use
  return pool;
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
