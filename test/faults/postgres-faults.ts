import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, seenByBoth } from './fault.ts';
import { BOTH, type World } from './world.ts';

/** Faults of PostgreSQL, alone or together with Redis. */

export function bothCutOff(): Fault {
  let end: () => void;
  return {
    name: 'Redis killed and PostgreSQL cut off',
    strike: async ({ redis, links }, watch) => {
      end = watch.beginOutage(BOTH);
      for (const { postgres } of links) postgres.cut();
      await redis.kill();
    },
    proof: async ({ links }, watch) => {
      const refused = links.map(({ postgres }) => postgres.refused);
      const unavailable = watch.answers.get(503) ?? 0;
      if (refused.includes(0) || unavailable === 0) throw new Error('still reachable');
      return `${refused.join(' and ')} connections refused`;
    },
    heal: async ({ redis, links }) => {
      await redis.run();
      for (const { postgres } of links) postgres.restore();
      end();
    },
  };
}

export function bothSilent(): Fault {
  let end: () => void;
  return {
    name: 'Redis and PostgreSQL silent',
    strike: async ({ links }, watch) => {
      end = watch.beginOutage(BOTH);
      for (const { postgres, redis } of links) {
        redis.deafen();
        postgres.deafen();
      }
    },
    proof: async (world, watch) => {
      if ((watch.answers.get(503) ?? 0) === 0) throw new Error('still reachable');
      return seenByBoth('no_answer')(world, watch);
    },
    heal: async ({ links }) => {
      for (const { postgres, redis } of links) {
        redis.restore();
        postgres.restore();
      }
      end();
    },
  };
}

/** The case for the lease: the instance that cannot read PostgreSQL misses revocations in Redis too. */
export function crossedCuts(): Fault {
  let end: () => void;
  return {
    name: 'Redis cut off from one instance, PostgreSQL from the other',
    strike: async ({ links }, watch) => {
      end = watch.beginOutage([1]);
      links[1].postgres.cut();
      links[0].redis.cut();
    },
    proof: async ({ links, instances }) => {
      const states = await Promise.all(instances.map((instance) => instance.redisState()));
      if (states.join() !== 'no_answer,postgres_not_read') throw new Error(states.join());
      return `${links[1].postgres.refused} connections refused, states ${states.join(' and ')}`;
    },
    heal: async ({ links }) => {
      links[0].redis.restore();
      links[1].postgres.restore();
      end();
    },
  };
}

export function postgresRestarted(): Fault {
  let before: string;
  return {
    name: 'PostgreSQL restarted',
    prepare: async (world) => {
      before = await startTime(world);
    },
    strike: (world, watch) => watch.during(BOTH, () => world.postgres.restart()),
    proof: async (world) => {
      const after = await startTime(world);
      if (after === before) throw new Error('not restarted');
      return `started again at ${after}`;
    },
  };
}

export function connectionsTerminated(): Fault {
  let terminated = 0;
  return {
    name: 'PostgreSQL connections terminated',
    strike: async ({ database }) => {
      for (let round = 0; round < 3; round += 1) {
        const { rowCount } = await database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name LIKE 'customer-api%'`,
        );
        terminated += rowCount ?? 0;
        await sleep(150);
      }
    },
    proof: async () => {
      if (terminated === 0) throw new Error('no connection was terminated');
      return `${terminated} connections terminated`;
    },
  };
}

async function startTime({ database }: World): Promise<string> {
  const { rows } = await database.query<{ at: Date }>('SELECT pg_postmaster_start_time() AS at');
  return rows[0]?.at.toISOString() ?? '';
}
