import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { serverEnvironment } from '../../../support/server.ts';
import { createDatabase, dropDatabase } from '../../../support/template.ts';
import { runImportCommand } from '../../../support/import-command.ts';
import { expectedResult, FIELD_CASES, type FieldCase, pathOf } from './field-cases.ts';

let name: string;
let database: pg.Pool;
let environment: Record<string, string | undefined>;

beforeAll(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(inject('postgresUrl'), name);
  database = new pg.Pool({ connectionString: url, max: 1 });
  environment = serverEnvironment({ DATABASE_URL: url });
}, 180_000);
beforeEach(() => database.query('TRUNCATE customers, customer_imports CASCADE'));
afterAll(async () => {
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

describe('npm run customers:import takes the files people have', () => {
  test.each(FIELD_CASES)('$title ($file)', async (fieldCase) => {
    if (fieldCase.setup !== undefined) {
      await runImportCommand(environment, ['--format', 'csv', '-'], fieldCase.setup);
    }
    const args = [...optionsOf(fieldCase), pathOf(fieldCase)];
    const { code, output } = await runImportCommand(environment, args);
    expect(code, output).toBe(fieldCase.failure ? 1 : 0);
    expect(output).toMatch(fieldCase.failure?.says ?? /^/);
    expect(await newestImport()).toMatchObject(expectedResult(fieldCase));
    const { rows } = await database.query(
      `SELECT external_id, name, email, dob::text, country, language FROM customers
       ORDER BY external_id, name`,
    );
    expect(rows).toMatchObject(fieldCase.customers ?? {});
  });
});
