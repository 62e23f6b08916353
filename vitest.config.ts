import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000, // only tells an answer from a hang
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 25 } },
    pool: 'forks',
    isolate: false, // files share a process: half the time goes into loading NestJS otherwise
    maxWorkers: 2,
  },
});
