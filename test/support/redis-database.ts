import { createClient } from 'redis';
import { inject } from 'vitest';

/** The first database counts those that have been taken. Redis has 1,024 in tests. */
const LAST = 1_023;

/**
 * Takes an empty database of the Redis of this run. The counts and keys of another test would otherwise
 * change the result, also of one that has ended, because they live for up to an hour.
 */
export async function newRedisDatabase(): Promise<string> {
  const url = inject('redisUrl');
  const client = createClient({ url });
  await client.connect();
  try {
    const taken = await client.incr('databases-taken');
    return `${url}/${((taken - 1) % LAST) + 1}`;
  } finally {
    client.destroy();
  }
}
