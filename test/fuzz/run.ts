/** `npm run test:fuzz -- --count 1000000 [--seed 1]`: a large fuzz test against the built server. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { Contract } from '../support/contract.ts';
import { fuzz, provoke } from './fuzz.ts';
import { BLOCK_LIMIT, heaviest, type Blocked } from './heaviest.ts';
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

function report(tally: Tally, vitals: Vitals, seconds: number, longest: Blocked): void {
  const { requests, withValidToken, slowest } = tally;
  const share = Math.round((100 * withValidToken) / requests);
  console.log(
    [
      `seed                    ${seed}`,
      `requests                ${requests} in ${seconds.toFixed(0)} s, ${share} % with a valid token`,
      `5xx                     ${tally.serverErrors}`,
      `not problem+json        ${tally.notProblems}`,
      `undocumented status     ${tally.undocumented}`,
      `connections closed      ${tally.unanswered} without a response, only after raw bytes`,
      `slowest                 ${slowest.milliseconds.toFixed(0)} ms, ${slowest.request}`,
      ...vitals.lines(),
      `event loop blocked for  ${longest.milliseconds.toFixed(0)} ms by ${longest.input}; the limit is ${BLOCK_LIMIT} ms`,
      '',
      'Responses by operation:',
      ...tally.table(),
      '',
      ...tally.missing().map((response) => `MISSING     ${response}`),
      ...tally.violations.map((violation) => `VIOLATION   ${violation}`),
    ].join('\n'),
  );
}
