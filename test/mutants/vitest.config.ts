import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { GLOBAL_SETUP, options } from '../support/vitest-options.ts';

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: { ...options, include: ['test/**/*.test.ts'], globalSetup: [GLOBAL_SETUP] },
});
