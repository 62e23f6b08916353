import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { GLOBAL_SETUP, options } from '../support/vitest-options.ts';

/** Keeps the given order, because the first failing file stops the run. */
class AsGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    ...options,
    include: ['test/**/*.test.ts'],
    globalSetup: [GLOBAL_SETUP],
    maxWorkers: 1, // with more workers, other files would continue after the first failure
    sequence: { sequencer: AsGiven },
  },
});
