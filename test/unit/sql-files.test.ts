import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const COMMENT = /\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const STATEMENT = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY|WITH)\s+[a-z_*($]/;

function filesWithSql(): string[] {
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return sources
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.repository.ts'))
    .filter((file) => !file.startsWith('common/database/migrations/'))
    .filter((file) => STATEMENT.test(readFileSync(join(SRC, file), 'utf8').replace(COMMENT, '')))
    .sort();
}

/** The first column of the table. Each row names one file, or two of the same folder. */
function documentedFiles(): string[] {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const table = page.slice(page.indexOf('SQL is in the repositories'), page.indexOf('## The path'));
  return [...table.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell = '']) => {
    const [first = '', ...others] = [...cell.matchAll(/`(.*?)`/g)].map(([, name = '']) => name);
    const folder = first.slice(0, first.lastIndexOf('/') + 1);
    return [first, ...others.map((name) => folder + name)];
  });
}

it('docs/architecture.md lists every file with SQL outside the repositories and migrations', () => {
  expect(filesWithSql()).toEqual(documentedFiles().sort());
});
