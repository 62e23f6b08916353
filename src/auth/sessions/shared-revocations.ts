import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import { Redis } from '../../common/redis/redis.js';

/** Milliseconds. */
const ASK_TIMEOUT = 50;
const OBSERVE_TIMEOUT = 250;
const WRITE_TIMEOUT = 100;

const GENERATION = '{revoked}:generation';
const keyOf = (sessionId: string) => `{revoked}:${sessionId}`;

/** Why Redis cannot be believed at the moment; also the `reason` that readiness shows. */
export type Distrust = 'no_answer' | 'not_master' | 'evicting' | 'not_yet_compared';

/** What has to be the same at a later answer for it to be believed. */
export interface Observation {
  generation: string;
  connection: number;
}

export interface SharedAnswer extends Observation {
  isRevoked: boolean;
}

/** The revocations that all instances share in Redis. It forgets; see `Revocations` for what holds. */
@Injectable()
export class SharedRevocations {
  private evictions: { connection: number; count: string } | undefined;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get isConfigured(): boolean {
    return this.redis.isConfigured;
  }

  /** One round trip: the session's key, and the generation that tells a Redis that forgot. */
  async ask(sessionId: string): Promise<SharedAnswer | undefined> {
    const reply = await this.redis.run(
      (client) => client.mGet([keyOf(sessionId), GENERATION]),
      ASK_TIMEOUT,
    );
    if (!reply) return undefined;
    const [revoked, generation] = reply.value;
    return {
      isRevoked: typeof revoked === 'string',
      generation: generation ?? '',
      connection: reply.connection,
    };
  }

  /** @returns whether Redis confirmed that all the keys are written */
  async write(sessionIds: readonly string[]): Promise<boolean> {
    const PX = this.config.accessTokenTtl + 10_000;
    const reply = await this.redis.run(
      (client) =>
        Promise.all(
          sessionIds.map((id) =>
            client.set(keyOf(id), '1', { expiration: { type: 'PX', value: PX } }),
          ),
        ),
      WRITE_TIMEOUT,
    );
    return reply !== undefined;
  }

  /** Looks whether Redis is one that keeps what it is told, and which generation it holds. */
  async observe(): Promise<Observation | Distrust> {
    const reply = await this.redis.probe(
      (client) => Promise.all([client.info(), client.get(GENERATION)]),
      OBSERVE_TIMEOUT,
    );
    if (!reply) return 'no_answer';
    const { connection } = reply;
    const [info, known] = reply.value;
    const distrust = this.distrust(info, connection);
    if (distrust) return distrust;
    const generation = known ?? (await this.newGeneration());
    return generation === undefined ? 'no_answer' : { generation, connection };
  }

  /** Whoever misses the generation first draws it; all others take that one. */
  private async newGeneration(): Promise<string | undefined> {
    const reply = await this.redis.run(async (client) => {
      await client.set(GENERATION, randomUUID(), { condition: 'NX' });
      return client.get(GENERATION);
    }, OBSERVE_TIMEOUT);
    return reply?.value ?? undefined;
  }

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

/** A value of `INFO`; managed services refuse `CONFIG`. */
function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
