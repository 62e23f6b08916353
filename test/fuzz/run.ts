/** `npm run test:fuzz -- --count 1000000 [--seed 1]`: the fuzz test, large, against the built server. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { Contract } from '../support/contract.ts';
import { fuzz, provoke } from './fuzz.ts';
import { BLOCK_LIMIT, heaviest, type Held } from './heaviest.ts';
import { Tally } from './tally.ts';
import { startTargets } from './target.ts';
import { Vitals } from './vitals.ts';
import { World } from './world.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const count = Number(values.count);
const seed = Number(values.seed ?? randomInt(2 ** 31));

const { main, strict, stop } = await startTargets();
try {
  process.exitCode = await run();
} finally {
  await stop();
}

/** @returns the exit code */
async function run(): Promise<number> {
  const contract = Contract.read();
  const operations = operationsOf(contract.document);
  const tally = new Tally(operations, contract);
  const world = await World.enter(main, operations);
  const strictWorld = await World.enter(strict, operations);
  await provoke(world, strictWorld, tally);
  strictWorld.sender.close();
  const vitals = new Vitals(main.url);
  const start = performance.now();
  await fuzz(world, tally, { count, seed });
  const seconds = (performance.now() - start) / 1_000;
  vitals.stop();
  const longest = await heaviest(world, vitals);
  world.sender.close();
  report(tally, vitals, seconds, longest);
  const isBlocked = longest.milliseconds > BLOCK_LIMIT;
  return isBlocked || tally.violations.length + tally.missing().length > 0 ? 1 : 0;
}

function report(tally: Tally, vitals: Vitals, seconds: number, longest: Held): void {
  const { requests, withLiveToken, slowest } = tally;
  const share = Math.round((100 * withLiveToken) / requests);
  console.log(
    [
      `seed                    ${seed}`,
      `requests                ${requests} in ${seconds.toFixed(0)} s, ${share} % with a live token`,
      `5xx                     ${tally.serverErrors}`,
      `not problem+json        ${tally.notProblems}`,
      `undocumented status     ${tally.undocumented}`,
      `connections closed      ${tally.unanswered} without an answer, of raw bytes only`,
      `slowest                 ${slowest.milliseconds.toFixed(0)} ms, ${slowest.request}`,
      ...vitals.lines(),
      `held up the most        ${longest.milliseconds.toFixed(0)} ms, by ${longest.input}; allowed are ${BLOCK_LIMIT}`,
      '',
      'Answers by operation:',
      ...tally.table(),
      '',
      ...tally.missing().map((answer) => `NEVER SEEN  ${answer}`),
      ...tally.violations.map((violation) => `VIOLATION   ${violation}`),
    ].join('\n'),
  );
}
