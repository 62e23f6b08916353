import type { Fault } from './fault.ts';
import {
  bothCutOff,
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
  redisAbsentAtStart,
} from './redis-faults.ts';

/** Functions that create a new fault each time, because a fault remembers the state before it. */
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
  redisAbsentAtStart,
  bothCutOff,
  bothSilent,
  crossedCuts,
  postgresRestarted,
  connectionsTerminated,
];
