import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';
import { GLOBAL_SETUP, options } from './test/support/vitest-options.ts';

export default defineConfig({
  test: {
    ...options,
    sequence: { sequencer: SlowestFirst },
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
          globalSetup: [GLOBAL_SETUP],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
