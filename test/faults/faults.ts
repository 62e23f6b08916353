import type { Fault } from './fault.ts';
import {
  bothAway,
  bothSilent,
  crossedCuts,
  postgresRestarted,
  connectionsTerminated,
} from './postgres-faults.ts';
import {
  redisKilled,
  redisStopped,
  redisSilent,
  redisFlushed,
  redisFlushedAndRedrawn,
  generationDeleted,
  redisRestartedEmpty,
  redisRestored,
  redisEvicting,
  redisReadOnly,
  redisFull,
  redisCutFromOne,
  redisAbsentAtBoot,
} from './redis-faults.ts';

/** Each makes a new one, since a fault remembers what was before it. */
export const ALL_FAULTS: readonly (() => Fault)[] = [
  redisKilled,
  redisStopped,
  redisSilent,
  redisFlushed,
  redisFlushedAndRedrawn,
  generationDeleted,
  redisRestartedEmpty,
  redisRestored,
  redisEvicting,
  redisReadOnly,
  redisFull,
  redisCutFromOne,
  redisAbsentAtBoot,
  bothAway,
  bothSilent,
  crossedCuts,
  postgresRestarted,
  connectionsTerminated,
];
