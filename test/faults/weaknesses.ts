import type { Patch } from '../support/build.ts';
import type { Fault } from './fault.ts';
import { redisCutFromOne, redisFlushedAndRedrawn, redisRestored } from './redis-faults.ts';

/** A patch that weakens one check, and the fault that must reveal it. */
export interface Weakness {
  name: string;
  patch: Patch;
  fault: () => Fault;
}

export const WEAKNESSES: readonly Weakness[] = [
  {
    name: 'the generation is only checked for presence',
    patch: {
      file: 'sessions/revocation/revocation-reader.js',
      from: 'answer.generation === trust.generation',
      to: "answer.generation !== ''",
    },
    fault: redisFlushedAndRedrawn,
  },
  {
    name: 'trust survives a reconnect',
    patch: {
      file: 'sessions/revocation/revocation-reader.js',
      from: 'answer.connection === trust.connection',
      to: 'true',
    },
    fault: redisRestored,
  },
  {
    name: 'the wait after an unconfirmed write is skipped',
    patch: {
      file: 'sessions/revocation/revocations.js',
      from: 'await sleep(committedAt + UNCONFIRMED_WAIT - performance.now());',
      to: '',
    },
    fault: redisCutFromOne,
  },
  {
    name: 'a remembered API key is not checked',
    patch: {
      file: 'auth/guards/api-key.guard.js',
      from: 'await this.revocations.isActive(claims.keyId)',
      to: 'true',
    },
    fault: redisCutFromOne,
  },
];
