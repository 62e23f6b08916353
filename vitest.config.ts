import { defineConfig } from 'vitest/config';
import { patience, SLOWNESS } from './test/support/patience.ts';
import { SlowestFirst } from './test/support/slowest-first.ts';

export default defineConfig({
  test: {
    testTimeout: patience(30_000), // only tells an answer from a hang
    hookTimeout: patience(60_000),
    expect: { poll: { timeout: patience(15_000), interval: 25 } },
    env: { TEST_SLOWNESS: String(SLOWNESS) },
    pool: 'forks',
    isolate: false, // files share a process: half the time goes into loading NestJS otherwise
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit', // starts no server and no database
          include: ['test/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**'],
          globalSetup: ['test/support/global-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
    sequence: { sequencer: SlowestFirst },
  },
});
