/** Runs the commands of the documents like a reader: `BASE=http://... node scripts/ci/tour.ts` */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const project = join(import.meta.dirname, '..', '..');
const read = (document: string) => readFileSync(join(project, document), 'utf8');
const run = promisify(execFile);

/** Throws if the service at `base` does not behave as the README describes. */
export async function takeTour(base: string, shell = 'bash'): Promise<void> {
  const { stdout } = await run(shell, ['-c', tour()], {
    env: { PATH: process.env.PATH, BASE: base },
    timeout: 60_000,
  });
  const [registered, created, youngest, loggedOut, refused] = stdout.trimEnd().split('\n');

  assert.match(parse(registered)['username'], /^tour-/);
  assert.equal(parse(created)['name'], 'Ada Lovelace');
  const dates = (parse(youngest)['data'] as { dob: string }[]).map(({ dob }) => dob);
  assert.ok(dates.length >= 1 && dates.length <= 3, `1 to 3 customers, not ${dates.length}`);
  const youngestFirst = dates.toSorted((a, b) => b.localeCompare(a));
  assert.deepEqual(dates, youngestFirst);
  assert.equal(loggedOut, '204');
  assert.equal(parse(refused)['code'], 'invalid_token');
}

function tour(): string {
  const [, commands] = /^## Tour\n.*?^```sh\n(.*?)^```$/ms.exec(read('README.md')) ?? [];
  assert.ok(commands, 'The README has a section "Tour" with a block of commands.');
  return commands;
}

/**
 * Runs the tour and then every command of docs/using.md in the same shell.
 *
 * @param folder replaces the folder of the project. It contains `data/` and `docs/examples/`
 * @returns the lines that docs/using.md printed
 */
export async function useAsDocumented(base: string, folder: string): Promise<string[]> {
  const blocks = [...read('docs/using.md').matchAll(/^```sh\n(.*?)^```$/gms)];
  const commands = blocks.map(([, block]) => block).join('');
  // With `-u`, an unset variable makes the shell exit.
  const { stdout } = await run('bash', ['-uc', `${tour()}\necho ---\n${commands}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, BASE: base },
    timeout: 60_000,
  });
  return (stdout.split('---\n', 2)[1] ?? '').trimEnd().split('\n');
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body of a response may be anything
function parse(line = ''): any {
  return JSON.parse(line);
}

if (import.meta.main) {
  await takeTour(process.env.BASE ?? 'http://127.0.0.1:3000');
  console.log('The tour of the README works.');
}
