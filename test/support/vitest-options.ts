import { availableParallelism } from 'node:os';
import { patience, SLOWNESS } from './patience.ts';

/** The options of every test run. */
export const options = {
  testTimeout: patience(60_000), // only detects a hang
  hookTimeout: patience(120_000),
  expect: { poll: { timeout: patience(30_000), interval: 25 } },
  env: { TEST_SLOWNESS: String(SLOWNESS) },
  pool: 'forks',
  isolate: false, // files share a process, because loading NestJS would take half of the time
  // One more than the cores, because many tests wait for a time limit or a response.
  maxWorkers: Math.min(6, availableParallelism() + 1),
} as const;

export const GLOBAL_SETUP = 'test/support/global-setup.ts';
