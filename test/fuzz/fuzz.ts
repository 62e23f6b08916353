import fc from 'fast-check';
import type { Operation } from '../../scripts/openapi/operations.ts';
import { provokeAll } from './provocations.ts';
import { type FuzzRequest, requests } from './requests.ts';
import type { Tally } from './tally.ts';
import { CONNECTIONS, type World } from './world.ts';

const SAMPLE = 1_000;

/** Makes every operation return every response that it documents. */
export async function provoke(world: World, strict: World, tally: Tally): Promise<void> {
  for (const operation of world.operations) {
    await provokeAll(world, strict, operation, (of, exchange) => tally.count(of, exchange));
  }
}

/** Sends random requests. The same seed repeats them, but their results depend on their order. */
export async function fuzz(
  world: World,
  tally: Tally,
  { count, seed }: { count: number; seed: number },
): Promise<void> {
  const random = randomRequests(world.operations, count, seed);
  const worker = async (): Promise<void> => {
    for (let next = random.next(); !next.done; next = random.next()) {
      const { exchange, wire, hasUser } = await world.play(next.value);
      tally.count(operationOf(next.value), exchange, wire);
      if (hasUser) tally.withValidToken += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** Undefined if a hostile id may turn the path into that of another operation or of none. */
function operationOf(request: FuzzRequest): Operation | undefined {
  if (!('operation' in request)) return undefined;
  const { id, operation } = request;
  return typeof id === 'string' && !/^[\w-]+$/.test(id) ? undefined : operation;
}

function* randomRequests(
  operations: readonly Operation[],
  count: number,
  seed: number,
): Generator<FuzzRequest, undefined> {
  const arbitrary = requests(operations);
  for (let made = 0; made < count; made += SAMPLE) {
    const numRuns = Math.min(SAMPLE, count - made);
    yield* fc.sample(arbitrary, { numRuns, seed: seed + made });
  }
}
