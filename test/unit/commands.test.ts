import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../scripts/commands/commands.ts';
import { dispatch } from '../../scripts/commands/dispatch.ts';
import { psqlEnvironment } from '../../scripts/commands/psql.ts';

const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
const names = Object.keys(commands);

let output: string[];
let errors: string[];
beforeEach(() => {
  output = [];
  errors = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void output.push(String(line)));
  vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)));
  for (const command of Object.values(commands)) {
    vi.spyOn(command, 'run').mockRejectedValue(new Error('It ran.'));
  }
});
afterEach(() => vi.restoreAllMocks());

test('package.json has a script of the same name for each command', () => {
  const own = Object.entries(scripts).filter(([, line]) => line.includes('scripts/run.js'));
  expect(own).toEqual(own.map(([name]) => [name, `exec node scripts/run.js ${name}`]));
  expect(new Set(own.map(([name]) => name))).toEqual(new Set(names));
});

describe.each(names)('%s', (name) => {
  test.each(['--help', '-h'])('%s prints the usage and runs nothing', async (help) => {
    expect(await dispatch(name, [help])).toBe(0);
    expect(output.join('\n')).toMatch(/^Usage: npm (run )?[\w:-]+( -- .*)?\n\w.*\./);
    expect(errors).toEqual([]);
  });

  test('refuses an unknown option and runs nothing', async () => {
    expect(await dispatch(name, ['--nonsense'])).toBe(64);
    expect(errors.join('\n')).toContain("Unknown option '--nonsense'");
    expect(errors.join('\n')).toContain('Usage: npm');
  });

  test('refuses too many arguments and runs nothing', async () => {
    expect(await dispatch(name, ['one', 'two', 'three'])).toBe(64);
    expect(errors.join('\n')).toMatch(/^Unknown argument: (one|two)\n/);
  });
});

test.each([[['--dry_run=true', '--on_error=skip', 'a.csv']], [['--dry-run=false', 'a.csv']]])(
  'customers:import accepts the spelling of the API: %j',
  async (args) => {
    await expect(dispatch('customers:import', args)).rejects.toThrow('It ran.');
  },
);

describe('psqlEnvironment', () => {
  test('decodes the parts of the URL, and keeps its TLS', () => {
    const url =
      'postgres://a%40b:p%2F%23@[::1]:5433/my%20db?sslmode=verify-full&sslrootcert=/ca.pem';
    expect(psqlEnvironment(url)).toEqual({
      PGHOST: '::1',
      PGPORT: '5433',
      PGUSER: 'a@b',
      PGPASSWORD: 'p/#',
      PGDATABASE: 'my db',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/ca.pem',
    });
  });
});

test.each(['', 'nonsense', 'constructor', '__proto__'])('refuses %j as a command', async (name) => {
  expect(await dispatch(name, [])).toBe(64);
  expect(errors.join('\n')).toContain('There is no command');
});
