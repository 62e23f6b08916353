import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../scripts/commands/commands.ts';
import { dispatch } from '../../scripts/commands/dispatch.ts';

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

test.each(['', 'nonsense', 'constructor', '__proto__'])('refuses %j as a command', async (name) => {
  expect(await dispatch(name, [])).toBe(64);
  expect(errors.join('\n')).toContain('There is no command');
});
