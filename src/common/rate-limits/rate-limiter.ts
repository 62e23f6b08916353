import { Inject, Injectable } from '@nestjs/common';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Counter } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { rateLimited } from '../errors/errors.js';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { Redis, type RedisClient } from '../redis/redis.js';
import { RATE_LIMITS, type RateLimitName } from './rate-limit.js';

/** Milliseconds. */
const REDIS_TIMEOUT = 50;

/** As in draft-ietf-httpapi-ratelimit-headers-10. */
export interface RateLimitHeaders extends Record<string, string> {
  'ratelimit-policy': string;
  ratelimit: string;
}

interface Limiter {
  counter: RateLimiterAbstract;
  points: number;
  policy: string;
}

/**
 * Counts uses in fixed windows. Shared limits are counted in Redis, or by each process for itself
 * while Redis is unavailable; see docs/adr/0011-rate-limits.md.
 */
@Injectable()
export class RateLimiter {
  readonly isOn: boolean;
  private readonly fallbacks: Counter;
  private isFallingBack = false;
  private readonly limiters: ReadonlyMap<RateLimitName, Limiter>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly redis: Redis,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.fallbacks = metrics.counter(
      'rate_limit_fallbacks_total',
      'Uses that this process counted alone, because Redis did not count them.',
    );
    this.isOn = config.rateLimit === 'on';
    if (!this.isOn && config.isProduction) {
      log.warn({}, 'RATE_LIMIT=off: nothing slows down guesses of passwords');
    }
    const names = Object.keys(RATE_LIMITS) as RateLimitName[];
    this.limiters = new Map(names.map((name) => [name, this.limiter(name)]));
  }

  /**
   * Counts uses, one unless more are given. All of them are counted or none, so that a batch that is
   * refused leaves what is left to single requests.
   *
   * @param key of the client that is counted
   * @throws AppError 429, which carries the headers too
   */
  async consume(name: RateLimitName, key: string, uses = 1): Promise<RateLimitHeaders | undefined> {
    const limiter = this.limiters.get(name);
    if (!this.isOn || !limiter) return undefined;
    try {
      return headersOf(name, limiter, await limiter.counter.consume(key, uses));
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      const state = uses > 1 ? await limiter.counter.reward(key, uses) : thrown;
      const detail = uses > limiter.points ? tooManyAtOnce(uses, limiter.points) : undefined;
      throw rateLimited(secondsLeft(thrown), headersOf(name, limiter, state), detail);
    }
  }

  /** Takes one use back: it turned out to be none that the limit is about. */
  async refund(name: RateLimitName, key: string): Promise<void> {
    if (this.isOn) await this.limiters.get(name)?.counter.reward(key);
  }

  private limiter(name: RateLimitName): Limiter {
    const { setting, isShared } = RATE_LIMITS[name];
    const { points, seconds } = this.config[setting];
    const isTogether = isShared || this.config.rateLimitShared === 'on';
    const options = { keyPrefix: `limit:${name}`, points, duration: seconds };
    const local = new RateLimiterMemory(options);
    const counter =
      isTogether && this.redis.isConfigured
        ? new RateLimiterRedis({
            ...options,
            storeClient: { eval: (...args: EvalArguments) => this.evalInRedis(...args) },
            useRedisPackage: true,
            insuranceLimiter: local,
          })
        : local;
    return { counter, points, policy: `"${name}";q=${points};w=${seconds}` };
  }

  /** The one command that the library sends to count; its failure makes it count in the process. */
  private async evalInRedis(...args: EvalArguments): Promise<unknown> {
    const reply = await this.redis.run((client) => client.eval(...args), REDIS_TIMEOUT);
    this.noteFallback(reply === undefined);
    if (!reply) throw new Error('Redis is not usable');
    return reply.value;
  }

  /** Logs the change once: with several instances, each client now has that many times the limit. */
  private noteFallback(isFallback: boolean): void {
    if (isFallback) this.fallbacks.inc();
    if (isFallback === this.isFallingBack) return;
    this.isFallingBack = isFallback;
    if (isFallback) this.log.warn({}, 'Redis does not count: each process counts limits alone');
    else this.log.info({}, 'Redis counts the shared limits again');
  }
}

type EvalArguments = Parameters<RedisClient['eval']>;

/** Waiting would not help: even an unused limit is smaller. */
function tooManyAtOnce(uses: number, points: number): string {
  return `The request counts as ${uses} of at most ${points}. Send fewer operations at once.`;
}

function headersOf(name: string, { policy }: Limiter, state: RateLimiterRes): RateLimitHeaders {
  return {
    'ratelimit-policy': policy,
    ratelimit: `"${name}";r=${state.remainingPoints};t=${secondsLeft(state)}`,
  };
}

function secondsLeft({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}
