import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

it('only modules register expired rows, so that commands create repositories without housekeeping', () => {
  const registering = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.module.ts'))
    .filter((file) => /\bhousekeeping: Housekeeping\b/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(registering).toEqual([]);
});
