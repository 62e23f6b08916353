import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ErrorReply } from 'redis';
import { CONFIG, type Config } from '../../common/config/config.js';
import { Redis } from '../../common/redis/redis.js';
import type { RedisFailure } from '../../common/redis/redis-failure.js';
import { CLOCK_MARGIN } from './revocation-times.js';

/** Milliseconds. */
const ASK_TIMEOUT = 50;
const OBSERVE_TIMEOUT = 250;
const WRITE_TIMEOUT = 100;

const GENERATION = '{revoked}:generation';
const keyOf = (sessionId: string) => `{revoked}:${sessionId}`;

/** Why Redis cannot be trusted. */
export type Distrust = RedisFailure | 'not_master' | 'not_writable' | 'evicting';

/** A later answer is trusted only if it has the same generation and connection. */
export interface Observation {
  generation: string;
  connection: number;
}

export interface RedisAnswer extends Observation {
  /** The revoked ones among the requested sessions. */
  revoked: ReadonlySet<string>;
}

interface Question {
  sessionIds: Set<string>;
  answer: Promise<RedisAnswer | undefined>;
}

/** The revocations in Redis, which all instances share. Redis can lose them, see `Revocations`. */
@Injectable()
export class RedisRevocations {
  private question: Question | undefined;
  private evictions: { connection: number; count: string } | undefined;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get isConfigured(): boolean {
    return this.redis.isConfigured;
  }

  /** Whether Redis can be asked over this connection. */
  isUsable(connection: number): boolean {
    return this.redis.isUsable && this.redis.connection === connection;
  }

  /**
   * Reads the key of the session and the generation, which a Redis that lost its data does not have.
   * All requests of one turn of the event loop share one command, because many keys take the client
   * no longer than one. The command is sent at the end of the turn.
   */
  ask(sessionId: string): Promise<RedisAnswer | undefined> {
    this.question ??= this.newQuestion();
    this.question.sessionIds.add(sessionId);
    return this.question.answer;
  }

  private newQuestion(): Question {
    const sessionIds = new Set<string>();
    const answer = new Promise(setImmediate).then(() => {
      this.question = undefined;
      return this.lookUp([...sessionIds]);
    });
    return { sessionIds, answer };
  }

  private async lookUp(sessionIds: readonly string[]): Promise<RedisAnswer | undefined> {
    const keys = [...sessionIds.map(keyOf), GENERATION];
    const reply = await this.redis.run((client) => client.mGet(keys), ASK_TIMEOUT);
    if (!reply) return undefined;
    const { value, connection } = reply;
    const revoked = new Set(sessionIds.filter((_, index) => typeof value[index] === 'string'));
    return { revoked, generation: value.at(-1) ?? '', connection };
  }

  /**
   * @param life milliseconds that a key is needed; the default and maximum is that of an access token
   * @returns whether Redis confirmed that all the keys are written
   */
  async write(sessionIds: readonly string[], life?: (id: string) => number): Promise<boolean> {
    const longest = this.config.accessTokenTtl + CLOCK_MARGIN;
    const lifeOf = (id: string) => Math.max(1, Math.ceil(Math.min(longest, life?.(id) ?? longest)));
    const reply = await this.redis.run(
      (client) =>
        Promise.all(
          sessionIds.map((id) =>
            client.set(keyOf(id), '1', { expiration: { type: 'PX', value: lifeOf(id) } }),
          ),
        ),
      WRITE_TIMEOUT,
    );
    return reply !== undefined;
  }

  /**
   * Checks whether this Redis keeps all keys, and reads its generation. An instance that finds no
   * generation sets a random one. This also proves that Redis accepts writes, and `MGET` that it lets
   * this user read.
   */
  async observe(): Promise<Observation | Distrust> {
    const candidate = randomUUID();
    const reply = await this.redis.probe(
      (client) =>
        Promise.all([
          client.info(),
          client
            .set(GENERATION, candidate, { condition: 'NX', GET: true })
            .then((known) => known ?? candidate, this.refusalAsUndefined),
          client.mGet([GENERATION]),
        ]),
      OBSERVE_TIMEOUT,
    );
    if (!reply) return this.redis.failure;
    const { connection } = reply;
    const [info, generation] = reply.value;
    const distrust = this.distrust(info, connection);
    if (distrust) return distrust;
    if (generation !== undefined) return { generation, connection };
    return field(info, 'redis_mode') === 'cluster' ? 'cluster' : 'not_writable';
  }

  /** Logs the reason, such as that Redis is read-only, full, or older than version 7. */
  private readonly refusalAsUndefined = (error: unknown): undefined => {
    if (!(error instanceof ErrorReply)) throw error;
    this.redis.note(error);
  };

  private distrust(info: string, connection: number): Distrust | undefined {
    if (field(info, 'role') !== 'master') return 'not_master';
    const mayEvict =
      field(info, 'maxmemory') !== '0' && field(info, 'maxmemory_policy') !== 'noeviction';
    const count = field(info, 'evicted_keys') ?? '';
    const known = this.evictions;
    this.evictions = { connection, count };
    const hasEvicted = known?.connection === connection && known.count !== count;
    return mayEvict || hasEvicted ? 'evicting' : undefined;
  }
}

/** Reads a value of `INFO`, because managed services refuse `CONFIG`. */
function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
