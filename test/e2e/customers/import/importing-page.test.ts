import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { commands } from '../../../../scripts/commands/commands.ts';
import { problemOf } from '../../../../scripts/commands/dispatch.ts';
import { runImportCommand } from '../../../support/import-command.ts';
import { serverEnvironment } from '../../../support/server.ts';
import { createDatabase, dropDatabase } from '../../../support/template.ts';
import { openPool } from '../../../support/pool.ts';

const PROJECT = join(import.meta.dirname, '../../../..');
const PAGE = readFileSync(join(PROJECT, 'docs/importing.md'), 'utf8');
const COMMANDS = [...PAGE.matchAll(/npm run customers:import -- (.*docs\/examples\/.*)$/gm)].map(
  ([, args = '']) => args,
);

let name: string;
let database: pg.Pool;
let environment: Record<string, string | undefined>;
beforeAll(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(inject('postgresUrl'), name);
  database = openPool(url, 1);
  environment = serverEnvironment({ DATABASE_URL: url });
}, 180_000);
afterAll(async () => {
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
});

/** The arguments of a command, as a shell splits them. */
function argumentsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => {
    const argument = quoted ?? plain ?? '';
    return argument.startsWith('docs/') ? join(PROJECT, argument) : argument;
  });
}

describe('docs/importing.md', () => {
  it('contains at least five commands', () => {
    expect(COMMANDS.length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ...COMMANDS,
    '--on_error skip --charset latin1 --blank null --delimiter tab --format csv -',
  ])('npm run customers:import accepts the arguments %s', (command) => {
    const known = commands['customers:import'];
    expect(known && problemOf(known, argumentsOf(command))).toBeUndefined();
  });

  it.each(COMMANDS)('imports every row with %s', async (command) => {
    const { code, output } = await runImportCommand(environment, argumentsOf(command));
    expect(code, output).toBe(0);
    expect(output).toMatch(/refused +0\n/);
  });

  it('imports the customers with their countries and dates', async () => {
    const { rows } = await database.query(
      'SELECT name, dob::text, country FROM customers ORDER BY name',
    );
    expect(rows).toEqual([
      { name: 'Ada Lund', dob: null, country: 'SE' },
      { name: 'Bea Ott', dob: null, country: 'DE' },
      { name: 'Iris Mora', dob: null, country: 'GB' },
      { name: 'Leo Ott', dob: '1985-02-01', country: 'DE' },
      { name: 'Mia Ott', dob: '1990-04-30', country: 'AT' },
      { name: 'Zoe Mora', dob: null, country: 'GB' },
    ]);
  });
});
