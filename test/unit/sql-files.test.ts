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

/** `IN (SELECT ... LIMIT ... SKIP LOCKED)`, with pairs of parentheses inside. */
const LIMITED_IN =
  /\bIN\s*\(\s*SELECT(?:[^()]|\([^()]*\))*\bLIMIT\b(?:[^()]|\([^()]*\))*\bSKIP\s+LOCKED/i;

it('no statement reads limited rows with IN, which PostgreSQL may read again for each row', () => {
  const examples = [
    'DELETE FROM x WHERE id IN (SELECT id FROM x LIMIT 5 FOR UPDATE SKIP LOCKED)',
    'id in (\n SELECT id FROM x WHERE at < now()\n LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED)',
  ];
  for (const example of examples) expect(example).toMatch(LIMITED_IN);
  expect('id = ANY (ARRAY(SELECT id LIMIT 5 FOR UPDATE SKIP LOCKED))').not.toMatch(LIMITED_IN);
  const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => LIMITED_IN.test(readFileSync(join(SRC, file), 'utf8')));
  expect(found, 'use = ANY (ARRAY(SELECT ...)), or WITH ... AS MATERIALIZED').toEqual([]);
});
