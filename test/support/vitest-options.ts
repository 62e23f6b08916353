import { availableParallelism } from 'node:os';
import { patience, SLOWNESS } from './patience.ts';

/** How tests run, whichever of them. */
export const options = {
  testTimeout: patience(60_000), // only tells an answer from a hang
  hookTimeout: patience(120_000),
  expect: { poll: { timeout: patience(30_000), interval: 25 } },
  env: { TEST_SLOWNESS: String(SLOWNESS) },
  pool: 'forks',
  isolate: false, // files share a process: half the time goes into loading NestJS otherwise
  // One more than the cores: many tests wait for a time limit or for an answer.
  maxWorkers: Math.min(6, availableParallelism() + 1),
} as const;

export const GLOBAL_SETUP = 'test/support/global-setup.ts';
