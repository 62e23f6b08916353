import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, test } from 'vitest';
import { serverEnvironment } from '../../../support/server.ts';
import { createDatabase, dropDatabase } from '../../../support/template.ts';
import { ImportCommandProcess, runImportCommand } from '../../../support/import-command.ts';
import { expectedResult, FIELD_CASES, type FieldCase, pathOf, STORED } from './field-cases.ts';
import { openPool } from '../../../support/pool.ts';

let name: string;
let database: pg.Pool;
let command: ImportCommandProcess;
let folder: string;

beforeAll(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(inject('postgresUrl'), name);
  database = openPool(url, 1);
  command = await ImportCommandProcess.start(serverEnvironment({ DATABASE_URL: url }));
  folder = await mkdtemp(join(tmpdir(), 'customer-api-import-'));
}, 180_000);
beforeEach(() => database.query('TRUNCATE customers, customer_imports CASCADE'));
afterAll(async () => {
  command.stop();
  await rm(folder, { recursive: true });
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
});

/** The parameters of the API as options of the command. */
function optionsOf({ query = {}, charset }: FieldCase): string[] {
  const options = Object.entries(query).flatMap(([parameter, value]) => [
    `--${parameter.replaceAll('_', '-')}`,
    value,
  ]);
  return charset === undefined ? options : [...options, '--charset', charset];
}

async function newestImport(): Promise<Record<string, unknown>> {
  const { rows } = await database.query(
    `SELECT *, CASE WHEN error_code IS NOT NULL THEN jsonb_build_object('code', error_code) END
       AS error FROM customer_imports ORDER BY id DESC LIMIT 1`,
  );
  return rows[0];
}

describe('npm run customers:import of files of other systems', () => {
  test.each(FIELD_CASES)('$title ($file)', async (fieldCase) => {
    if (fieldCase.setup !== undefined) {
      const before = join(folder, 'before.csv');
      await writeFile(before, fieldCase.setup);
      await command.run([before]);
    }
    const args = [...optionsOf(fieldCase), pathOf(fieldCase)];
    const { code, output } = await command.run(args);
    expect(code, output).toBe(fieldCase.failure ? 1 : 0);
    expect(output).toMatch(fieldCase.failure?.says ?? /^/);
    expect(await newestImport()).toMatchObject(expectedResult(fieldCase));
    const { rows } = await database.query(STORED);
    expect(rows).toMatchObject(fieldCase.customers ?? {});
  });
});

describe('npm run customers:import', () => {
  it.each([
    ['nowhere.csv', 'Cannot read nowhere.csv: there is no such file.\n'],
    ['nowhere.csv.gz', 'Cannot read nowhere.csv.gz: there is no such file.\n'],
    [
      `${import.meta.dirname}/files/`,
      `Cannot read ${import.meta.dirname}/files/: it is a folder.\n`,
    ],
  ])('reports why it cannot read %s', async (file, errors) => {
    expect(await command.run(['--format', 'csv', file])).toEqual({ code: 1, output: '', errors });
  });

  it.each([
    [[]],
    [['customers.xml']],
    [['a.csv', 'b.csv']],
    [['a.csv', '--mode', 'replace']],
    [['a.csv', '--delimiter', ';']],
  ])('prints its usage and exits with 1 for the arguments %j', async (args) => {
    const { code, errors } = await command.run(args);
    expect(code).toBe(1);
    expect(errors).toContain('Usage: npm run customers:import');
  });

  it.each([
    ['--dry_run=true', true],
    ['--dry-run=false', false],
  ])('accepts a parameter in the spelling of the API: %s', async (option, isDryRun) => {
    const file = join(folder, 'flag.csv');
    await writeFile(file, 'name\nAda\n');
    expect((await command.run([option, file])).code).toBe(0);
    expect(await newestImport()).toMatchObject({ is_dry_run: isDryRun, created: 1 });
  });

  it('exits with 78 if a setting is missing', async () => {
    const { code, errors } = await runImportCommand({}, [join(folder, 'before.csv')]);
    expect([code, errors]).toEqual([78, expect.stringContaining('DATABASE_URL')]);
  });
});
