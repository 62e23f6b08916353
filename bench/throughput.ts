import { drive, type Request } from './load.ts';
import { hundredths, median, type Row, summed } from './report.ts';
import { ONE_TIME_TOKENS, type Scenario, type Side } from './scenarios.ts';
import type { World } from './world.ts';

export interface Effort {
  rounds: number;
  /** Runs before those, one after the other: V8 takes nine seconds of load to compile the server. */
  warmUp: number;
  /** Of each run. */
  seconds: number;
  /** Seconds before those, see {@link drive}. */
  rampUp: number;
}

const CONNECTIONS = 32;

/** Requests a second of both servers in turn: what else the machine does meets both alike. */
export async function compare(
  world: World,
  bareUrl: string,
  { name, least, request }: Scenario,
  effort: Effort,
): Promise<Row> {
  const urls = { server: world.server.url, bare: bareUrl };
  const run = async (side: Side) =>
    requestsPerSecond(world, name, urls[side], await request(world, side), effort);
  for (const side of ['server', 'bare'] as const) {
    for (let warm = 0; warm < effort.warmUp; warm += 1) await run(side);
  }
  const measured: Record<Side, number>[] = [];
  for (let round = 1; round <= effort.rounds; round += 1) {
    const server = await run('server');
    const bare = await run('bare');
    process.stderr.write(`${name} ${round}/${effort.rounds}: ${server} / ${bare}\n`);
    measured.push({ server, bare });
  }
  const ratios = measured.map(({ server, bare }) => server / bare);
  return {
    name,
    measured: `${median(measured.map(({ server }) => server))}/s`,
    against: `${median(measured.map(({ bare }) => bare))}/s`,
    ...summed(ratios),
    ...(least !== undefined && { bound: { least } }),
  };
}

/** Each token is used once, so that none is remembered; no floor, since `least` is about the usual. */
export function withNewTokens({ name, request }: Scenario): Scenario {
  return {
    name,
    request: async (world, side) => ({
      ...(await request(world, side)),
      tokens: await world.newTokens('access', ONE_TIME_TOKENS),
    }),
  };
}

/** What bare can do when it has next to nothing to do: a slow one would show. */
export async function limitsOfBare(world: World, bareUrl: string, effort: Effort): Promise<Row[]> {
  const path = `/api/v1/customers/' .. id`;
  const run = (name: string, url: string, path: string) =>
    requestsPerSecond(world, name, url, { method: 'GET', path }, effort);
  const withToken = await run('by id', bareUrl, `'${path}`);
  const withoutToken = await run('by id, unchecked', bareUrl, `'/unchecked${path}`);
  const live = await run('live', world.server.url, `'/health/live'`);
  const hello = await run('hello', bareUrl, `'/health/live'`);
  return [
    row('bare: customer by id, with the check of the token / without', withToken, withoutToken),
    row('GET /health/live, the server / bare (a node:http hello)', live, hello),
  ];
}

function row(name: string, measured: number, against: number): Row {
  const ratio = hundredths(measured / against);
  return { name, measured: `${measured}/s`, against: `${against}/s`, ratio };
}

export async function requestsPerSecond(
  { folder, tokens, ids }: World,
  name: string,
  url: string,
  request: Request,
  { seconds, rampUp }: Effort,
): Promise<number> {
  const load = { folder, tokens, ids, request, connections: CONNECTIONS, seconds, rampUp };
  const measured = await drive(url, load);
  if (measured.failures > 0) throw new Error(`${name}: ${measured.failures} failures at ${url}`);
  return Math.round(measured.requestsPerSecond);
}
