/** `npm run test:fuzz -- --count 1000000 [--seed 1]`: the fuzz test, large, against the built server. */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ensureDatabase, startTemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../../scripts/embedded/redis.ts';
import { operationsOf } from '../../scripts/openapi/operations.ts';
import { builtServerVariables, startBuiltServer } from '../support/built-server.ts';
import { fuzz, provoke } from './fuzz.ts';
import { Tally } from './tally.ts';
import { Vitals } from './vitals.ts';
import { type Target, World } from './world.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const count = Number(values.count);
const seed = Number(values.seed ?? randomInt(2 ** 31));

const started: { stop(): Promise<void> }[] = [];
try {
  process.exitCode = await run(await startTarget());
} finally {
  for (const service of started.toReversed()) await service.stop();
}

async function startTarget(): Promise<Target> {
  const [redis, postgres] = await Promise.all([startTemporaryRedis(), startTemporaryPostgres()]);
  started.push(redis, postgres);
  const admin = { username: 'keeper', password: randomBytes(12).toString('base64url') };
  const variables = {
    ...builtServerVariables(),
    DATABASE_URL: await ensureDatabase(postgres.url, 'fuzz'),
    REDIS_URL: redis.url,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
  };
  const server = await startBuiltServer(variables);
  started.push(server);
  const rules = { REQUIRE_IF_MATCH: 'true', REGISTRATION: 'closed' };
  const strict = await startBuiltServer({ ...variables, ...rules });
  started.push(strict);
  return { url: server.url, strictUrl: strict.url, admin };
}

/** @returns the exit code */
async function run(target: Target): Promise<number> {
  const document = (await (await fetch(`${target.url}/docs-json`)).json()) as OpenAPIObject;
  const operations = operationsOf(document);
  const tally = new Tally(operations);
  const world = await World.enter(target, operations);
  await provoke(world, tally);
  const vitals = new Vitals(target.url);
  const start = performance.now();
  await fuzz(world, tally, { count, seed });
  const seconds = (performance.now() - start) / 1_000;
  vitals.stop();
  world.sender.close();
  report(tally, vitals, seconds);
  return tally.violations.length + tally.missing().length > 0 ? 1 : 0;
}

function report(tally: Tally, vitals: Vitals, seconds: number): void {
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
      '',
      'Answers by operation:',
      ...tally.table(),
      '',
      ...tally.missing().map((answer) => `NEVER SEEN  ${answer}`),
      ...tally.violations.map((violation) => `VIOLATION   ${violation}`),
    ].join('\n'),
  );
}
