import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, seenByBoth } from './fault.ts';
import { BOTH, type World } from './world.ts';

/** Faults of Redis alone. */

const GENERATION = '{revoked}:generation';

export function redisKilled(): Fault {
  return {
    name: 'Redis killed',
    strike: ({ redis }) => redis.kill(),
    proof: seenByBoth('no_answer'),
    heal: ({ redis }) => redis.run(),
  };
}

export function redisStopped(): Fault {
  return {
    name: 'Redis stopped (SIGSTOP)',
    strike: async ({ redis }) => redis.freeze(),
    proof: seenByBoth('no_answer'),
    heal: async ({ redis }) => redis.thaw(),
  };
}

export function redisSilent(): Fault {
  return {
    name: 'Redis silent, connections stay open',
    strike: async ({ links }) => links.forEach(({ redis }) => redis.deafen()),
    proof: seenByBoth('no_answer'),
    heal: async ({ links }) => links.forEach(({ redis }) => redis.restore()),
  };
}

export function redisFlushed(): Fault {
  let before: string | null;
  return {
    name: 'Redis flushed',
    prepare: async ({ redis }) => {
      before = await redis.direct.get(GENERATION);
    },
    strike: async ({ redis }) => {
      await redis.direct.flushAll();
    },
    proof: ({ redis }) => hasNewGeneration(redis, before),
  };
}

/** As if a third instance noticed the flush first: for the others, a generation was never missing. */
export function redisFlushedAndRedrawn(): Fault {
  let before: string | null;
  return {
    name: 'Redis flushed, generation set by another instance',
    prepare: async ({ redis }) => {
      before = await redis.direct.get(GENERATION);
    },
    strike: async ({ redis }) => {
      await redis.direct.multi().flushAll().set(GENERATION, randomUUID()).exec();
    },
    proof: ({ redis }) => hasNewGeneration(redis, before),
  };
}

export function generationDeleted(): Fault {
  let before: string | null;
  return {
    name: 'generation deleted',
    prepare: async ({ redis }) => {
      before = await redis.direct.get(GENERATION);
    },
    strike: async ({ redis }) => {
      await redis.direct.del(GENERATION);
    },
    proof: ({ redis }) => hasNewGeneration(redis, before),
  };
}

export function redisRestartedEmpty(): Fault {
  let before: string;
  return {
    name: 'Redis restarted empty',
    prepare: async ({ redis }) => {
      before = await redis.info('run_id');
    },
    strike: async ({ redis }) => {
      await redis.kill();
      await redis.forgetDump();
      await redis.run();
    },
    proof: ({ redis }) => hasNewRunId(redis, before),
  };
}

/**
 * At the moment of the restart, PostgreSQL becomes slow and new connections wait for Redis. So the
 * instances are connected again before their next read shows them what Redis has lost.
 */
export function redisRestored(): Fault {
  let before: string;
  return {
    name: 'Redis restored from an older dump',
    prepare: async ({ redis, links }) => {
      before = await redis.info('run_id');
      await redis.dump();
      for (const link of links) link.redis.waitForTarget(2_000);
    },
    strike: async ({ redis, links }) => {
      for (const { postgres } of links) postgres.delay(150);
      await redis.kill();
      await redis.restoreDump();
      await redis.run();
      await redis.forgetDump();
      await sleep(1_000);
      for (const { postgres } of links) postgres.delay(0);
    },
    proof: ({ redis }) => hasNewRunId(redis, before),
    heal: async ({ links }) => links.forEach(({ redis }) => redis.waitForTarget(0)),
  };
}

/**
 * docs/replay-protection.md states this limit: an eviction policy that is enabled while Redis is in
 * use is noticed only at the next read. So the memory is filled after both instances noticed it.
 */
export function redisEvicting(): Fault {
  return {
    name: 'Redis evicting (volatile-lru)',
    strike: async ({ redis, instances }) => {
      const used = Number(await redis.info('used_memory'));
      await redis.direct.configSet('maxmemory-policy', 'volatile-lru');
      await redis.direct.configSet('maxmemory', String(used + 2_000_000));
      await Promise.all(instances.map((instance) => instance.waitForRedisState('evicting')));
      const filling = 'x'.repeat(50_000);
      for (let at = 0; at < 1_000; at += 1) {
        const isStored = await redis.direct.set(`filling:${at}`, filling).catch(() => undefined);
        if (!isStored) break;
      }
    },
    proof: async (world, watch) => {
      const evicted = Number(await world.redis.info('evicted_keys'));
      if (evicted === 0) throw new Error('no key was evicted');
      return `${evicted} keys evicted, ${await seenByBoth('evicting')(world, watch)}`;
    },
    heal: async ({ redis }) => {
      await redis.direct.configSet('maxmemory', '0');
      await redis.direct.configSet('maxmemory-policy', 'noeviction');
      const names = await redis.direct.keys('filling:*');
      if (names.length > 0) await redis.direct.unlink(names);
    },
  };
}

export function redisReadOnly(): Fault {
  return {
    name: 'Redis read-only (replica)',
    strike: async ({ redis }) => {
      await redis.direct.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    },
    proof: seenByBoth('not_master'),
    heal: async ({ redis }) => {
      await redis.direct.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    },
  };
}

export function redisFull(): Fault {
  return {
    name: 'Redis full (noeviction)',
    strike: async ({ redis }) => {
      await redis.direct.configSet('maxmemory', '1');
    },
    proof: seenByBoth('not_writable'),
    heal: async ({ redis }) => {
      await redis.direct.configSet('maxmemory', '0');
    },
  };
}

export function redisCutFromOne(): Fault {
  return {
    name: 'Redis cut off from one instance',
    strike: async ({ links }) => links[0].redis.cut(),
    proof: async ({ links, instances }) => {
      const states = await Promise.all(instances.map((instance) => instance.redisState()));
      const { refused } = links[0].redis;
      if (states.join() !== 'no_answer,trusted' || refused === 0) throw new Error(states.join());
      return `${refused} connections refused, states ${states.join(' and ')}`;
    },
    heal: async ({ links }) => links[0].redis.restore(),
  };
}

export function redisAbsentAtStart(): Fault {
  return {
    name: 'Redis absent at the start of the instances',
    strike: async (world, watch) => {
      await world.redis.kill();
      for (const which of BOTH) {
        await watch.during([which], () => world.restart(which), true);
      }
    },
    proof: async ({ instances }) => {
      const states = await Promise.all(instances.map((instance) => instance.redisState()));
      if (states.some((state) => state !== 'no_answer')) throw new Error(states.join());
      return `both started, states ${states.join(' and ')}`;
    },
    heal: ({ redis }) => redis.run(),
  };
}

async function hasNewGeneration(redis: World['redis'], before: string | null): Promise<string> {
  const after = await redis.direct.get(GENERATION);
  if (before === null || after === null || after === before) throw new Error('same generation');
  return 'a new generation';
}

async function hasNewRunId(redis: World['redis'], before: string): Promise<string> {
  const after = await redis.info('run_id');
  if (before === '' || after === before) throw new Error('the same process');
  return `run_id ${after.slice(0, 8)} after ${before.slice(0, 8)}`;
}
