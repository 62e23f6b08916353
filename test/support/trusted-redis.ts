import { Redis } from '../../src/common/redis/redis.js';
import type { TestApp } from './app.ts';
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

/**
 * Lets commands to Redis take as long as they need. On a busy machine one could otherwise be late, and
 * the process would count its request alone.
 */
export function waitForRedis(...instances: TestApp[]): void {
  for (const { app } of instances) {
    const redis = app.nest.get(Redis);
    const run = redis.run.bind(redis);
    const probe = redis.probe.bind(redis);
    redis.run = (command) => run(command, PATIENT);
    redis.probe = (command) => probe(command, PATIENT);
  }
}

/** Milliseconds. */
const PATIENT = 60_000;
