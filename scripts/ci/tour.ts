/** The tour of the README, run as a reader would paste it: `BASE=http://... node scripts/ci/tour.ts` */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const readme = join(import.meta.dirname, '..', '..', 'README.md');
const run = promisify(execFile);

/** Throws when the service at `base` does not do what the README says. */
export async function takeTour(base: string, shell = 'bash'): Promise<void> {
  const [, commands] = /^## Tour\n.*?^```sh\n(.*?)^```$/ms.exec(readFileSync(readme, 'utf8')) ?? [];
  assert.ok(commands, 'The README has a section "Tour" with a block of commands.');
  const { stdout } = await run(shell, ['-c', commands], {
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

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a server answers is unknown
function parse(line = ''): any {
  return JSON.parse(line);
}

if (import.meta.main) {
  await takeTour(process.env.BASE ?? 'http://127.0.0.1:3000');
  console.log('The tour of the README works.');
}
