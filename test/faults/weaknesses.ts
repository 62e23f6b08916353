import type { Patch } from '../support/build.ts';
import type { Fault } from './fault.ts';
import { redisCutFromOne, redisFlushedAndRedrawn, redisRestored } from './redis-faults.ts';

/** A check that is wrong in one way, and the fault that must bring it to light. */
export interface Weakness {
  name: string;
  patch: Patch;
  fault: () => Fault;
}

export const WEAKNESSES: readonly Weakness[] = [
  {
    name: 'the generation is only tested for presence',
    patch: {
      file: 'sessions/revocation/revocation-reader.js',
      from: 'answer.generation === trust.generation',
      to: "answer.generation !== ''",
    },
    fault: redisFlushedAndRedrawn,
  },
  {
    name: 'trust is kept over a reconnect',
    patch: {
      file: 'sessions/revocation/revocation-reader.js',
      from: 'answer.connection === trust.connection',
      to: 'true',
    },
    fault: redisRestored,
  },
  {
    name: 'an unconfirmed write is not waited for',
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
