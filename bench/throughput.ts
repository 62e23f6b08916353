import { drive, type Request } from './load.ts';
import { hundredths, median, type Row, summed } from './report.ts';
import type { Scenario, Side } from './scenarios.ts';
import type { World } from './world.ts';

export interface Effort {
  rounds: number;
  /** The number of runs before the rounds, during which V8 compiles the server. */
  warmUp: number;
  /** The duration of each run. */
  seconds: number;
  /** Seconds of load before each run, see {@link drive}. */
  rampUp: number;
}

/** The servers for measurements of requests. */
export interface Stage {
  world: World;
  bareUrl: string;
  effort: Effort;
}

const CONNECTIONS = 32;
/** More than a server answers in a second. */
const MAX_REQUESTS = 40_000;

/**
 * Measures both servers alternately, so that other load on the machine affects both equally.
 *
 * @param url of the server that is compared with bare
 */
export async function compare(
  { world, bareUrl, effort }: Stage,
  { name, request, connections = CONNECTIONS }: Scenario,
  url = world.server.url,
): Promise<Row> {
  const runs = await alternate(name, effort, {
    measured: runOf('server', url),
    against: runOf('bare', bareUrl),
  });
  return ratioRow(name, runs);

  function runOf(side: Side, url: string): () => Promise<number> {
    let fastest = MAX_REQUESTS;
    return async () => {
      const requests = Math.ceil(fastest * (effort.seconds + effort.rampUp));
      const load = await request(world, side, requests);
      const measured = await requestsPerSecond(world, name, url, load, effort, connections);
      fastest = Math.min(MAX_REQUESTS, 2 * measured + 3_000);
      return measured;
    };
  }
}

interface Runs {
  measured: number;
  against: number;
}

/** Warms both up, and then measures them alternately. */
export async function alternate(
  name: string,
  { warmUp, rounds }: Pick<Effort, 'warmUp' | 'rounds'>,
  run: { measured: () => Promise<number>; against: () => Promise<number> },
): Promise<Runs[]> {
  for (const warm of [run.measured, run.against]) {
    for (let round = 0; round < warmUp; round += 1) await warm();
  }
  const runs: Runs[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const measured = await run.measured();
    const against = await run.against();
    process.stderr.write(`${name} ${round}/${rounds}: ${measured} / ${against}\n`);
    runs.push({ measured, against });
  }
  return runs;
}

/** The medians, and the ratios of all rounds. */
export function ratioRow(name: string, runs: readonly Runs[], unit = '/s'): Row {
  return {
    name,
    measured: `${hundredths(median(runs.map(({ measured }) => measured)))}${unit}`,
    against: `${hundredths(median(runs.map(({ against }) => against)))}${unit}`,
    ...summed(runs.map(({ measured, against }) => measured / against)),
  };
}

export const BARE_ROWS = [
  'bare: customer by id, with the check of the token / without',
  'GET /health/live, the server / bare (a node:http hello)',
] as const;

/** Measures bare with almost no work, which would reveal if bare itself were slow. */
export async function limitsOfBare({ world, bareUrl, effort }: Stage): Promise<Row[]> {
  const path = `/api/v1/customers/' .. id`;
  const run = (name: string, url: string, path: string) => () =>
    requestsPerSecond(world, name, url, { method: 'GET', path }, effort);
  const rounds = { rounds: 3, warmUp: 1 };
  const checks = await alternate(BARE_ROWS[0], rounds, {
    measured: run('by id', bareUrl, `'${path}`),
    against: run('by id, unchecked', bareUrl, `'/unchecked${path}`),
  });
  const hellos = await alternate(BARE_ROWS[1], rounds, {
    measured: run('live', world.server.url, `'/health/live'`),
    against: run('hello', bareUrl, `'/health/live'`),
  });
  return [ratioRow(BARE_ROWS[0], checks), ratioRow(BARE_ROWS[1], hellos)];
}

export async function requestsPerSecond(
  { folder, tokens, ids }: World,
  name: string,
  url: string,
  request: Request,
  { seconds, rampUp }: Pick<Effort, 'seconds' | 'rampUp'>,
  connections = CONNECTIONS,
): Promise<number> {
  const measured = await drive(url, {
    folder,
    tokens,
    ids,
    request,
    connections,
    seconds,
    rampUp,
  });
  if (measured.failures > 0) throw new Error(`${name}: ${measured.failures} failures at ${url}`);
  return Math.round(measured.requestsPerSecond);
}
