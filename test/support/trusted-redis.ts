import type { Client } from './client.ts';
import { eventually } from './eventually.ts';

/** Until an instance trusts Redis, it reads sessions from PostgreSQL and counts limits on its own. */
export async function isRedisTrusted(instance: Client): Promise<boolean> {
  const { body } = await instance.get('/health/ready');
  return body.checks.redis.status === 'ok';
}

export async function untilRedisIsTrusted(...instances: Client[]): Promise<void> {
  for (const instance of instances) {
    await eventually(() => isRedisTrusted(instance), 'a trusted Redis');
  }
}
