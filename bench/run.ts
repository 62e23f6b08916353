import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drive, type Load } from './load.ts';
import { type Scenario, scenarios, type Side } from './scenarios.ts';
import { startWorld } from './world.ts';

/**
 * Drives the server as shipped and a bare one in turn, and prints the ratios. Absolute figures
 * depend on the machine and on what else it does; ratios of interleaved rounds hardly do.
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});

const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const seconds = options.quick ? 3 : 8;
const BARE_PORT = 3_901;
const CONNECTIONS = 32;
const WARM_UP = 2;

interface Row {
  scenario: string;
  /** Requests per second, medians. */
  server: number;
  bare: number;
  ratio: number;
  lowest: number;
  highest: number;
  floor: number;
}

const profile = ['--cpu-prof', `--cpu-prof-dir=${join(import.meta.dirname, 'profiles')}`];
const world = await startWorld(Number(options.rows), options.profile ? profile : []);
try {
  const bare = await world.start([join(import.meta.dirname, 'bare.ts')], BARE_PORT);
  const table: Row[] = [];
  for (const scenario of scenarios.filter(({ name }) => name.includes(options.only))) {
    table.push(await compare(scenario, bare));
  }
  console.table(table);
  await writeFile(
    join(import.meta.dirname, 'results.json'),
    `${JSON.stringify(report(table), null, 2)}\n`,
  );
  process.exitCode = table.every(({ ratio, floor }) => ratio >= floor) ? 0 : 1;
} finally {
  await world.stop();
}

async function compare({ name, floor, request }: Scenario, bareUrl: string): Promise<Row> {
  const urls = { server: world.server, bare: bareUrl };
  const run = async (side: Side, time = seconds): Promise<number> => {
    const { folder, tokens, ids } = world;
    const load = { folder, tokens, ids, request: await request(world, side) };
    return measure(name, urls[side], { ...load, connections: CONNECTIONS, seconds: time });
  };
  const server: number[] = [];
  const bare: number[] = [];
  await run('server', WARM_UP);
  await run('bare', WARM_UP);
  for (let round = 1; round <= rounds; round += 1) {
    server.push(await run('server'));
    bare.push(await run('bare'));
    process.stderr.write(`${name} ${round}/${rounds}: ${server.at(-1)} / ${bare.at(-1)}\n`);
  }
  const ratios = server.map((value, index) => value / (bare[index] ?? NaN));
  return {
    scenario: name,
    server: median(server),
    bare: median(bare),
    ratio: hundredths(median(ratios)),
    lowest: hundredths(Math.min(...ratios)),
    highest: hundredths(Math.max(...ratios)),
    floor,
  };
}

async function measure(name: string, url: string, load: Load): Promise<number> {
  const { requestsPerSecond, failures } = await drive(url, load);
  if (failures > 0) throw new Error(`${name}: ${failures} requests to ${url} failed`);
  return Math.round(requestsPerSecond);
}

function report(rows: Row[]) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
  const { version: node } = process;
  return { commit, node, machine, customers: Number(options.rows), rounds, seconds, rows };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
