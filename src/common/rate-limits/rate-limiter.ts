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

/** The headers of draft-ietf-httpapi-ratelimit-headers-10. */
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
 * Counts uses in fixed windows. Shared limits are counted in Redis. While Redis is unavailable, each
 * process counts separately; see docs/adr/0011-rate-limits.md.
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
      'Uses of shared limits that this process counted by itself, because Redis was unavailable.',
    );
    this.isOn = config.rateLimit === 'on';
    if (!this.isOn && config.isProduction) {
      log.warn({}, 'RATE_LIMIT=off: attempts to guess passwords are not limited');
    }
    const names = Object.keys(RATE_LIMITS) as RateLimitName[];
    this.limiters = new Map(names.map((name) => [name, this.limiter(name)]));
  }

  /**
   * Counts one or more uses. If they exceed the limit, none is counted, so a rejected batch leaves the
   * remaining quota for single requests.
   *
   * @param key identifies the client
   * @throws AppError 429, with the headers
   */
  async consume(name: RateLimitName, key: string, uses = 1): Promise<RateLimitHeaders | undefined> {
    const limiter = this.limiters.get(name);
    if (!this.isOn || !limiter) return undefined;
    try {
      return headersOf(name, limiter, await limiter.counter.consume(key, uses));
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      const state = uses > 1 ? await limiter.counter.reward(key, uses) : thrown;
      const detail = uses > 1 ? tooMany(uses, state.remainingPoints, limiter.points) : undefined;
      throw rateLimited(secondsLeft(thrown), headersOf(name, limiter, state), detail);
    }
  }

  /** Takes one use back that should not have counted. */
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

  /** The only command that the library sends. If it fails, the library counts in the process. */
  private async evalInRedis(...args: EvalArguments): Promise<unknown> {
    const reply = await this.redis.run((client) => client.eval(...args), REDIS_TIMEOUT);
    this.noteFallback(reply === undefined);
    if (!reply) throw new Error('Redis is not usable');
    return reply.value;
  }

  /** Logs each change once. With n instances that count separately, a client has n times the limit. */
  private noteFallback(isFallback: boolean): void {
    if (isFallback) this.fallbacks.inc();
    if (isFallback === this.isFallingBack) return;
    this.isFallingBack = isFallback;
    if (isFallback)
      this.log.warn({}, 'Redis is unavailable: each process counts shared limits separately');
    else this.log.info({}, 'Redis counts the shared limits again');
  }
}

type EvalArguments = Parameters<RedisClient['eval']>;

/** The error for a request with several uses. If it exceeds even an unused limit, waiting would not help. */
function tooMany(uses: number, left: number, points: number): string {
  return uses > points
    ? `The request counts as ${uses} of at most ${points}. Send fewer operations at once.`
    : `The request counts as ${uses}, but only ${left} of ${points} are left. Wait, or send fewer operations.`;
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
