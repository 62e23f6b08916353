import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startTemporaryPostgres } from '../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../scripts/embedded/redis.ts';
import { insertCustomers, newSecret, openSessions, someIds } from './dataset.ts';
import { drive, type Measured } from './load.ts';
import { scenarios } from './scenarios.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});

const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const seconds = options.quick ? 3 : 8;
const SERVER_PORT = 3900;
const BARE_PORT = 3901;

interface Row {
  scenario: string;
  /** Medians. */
  server: number;
  bare: number;
  ratio: number;
  lowest: number;
  highest: number;
  floor: number;
}

const folder = await mkdtemp(join(tmpdir(), 'customer-api-bench-'));
const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startTemporaryRedis()]);
const children: ChildProcess[] = [];
try {
  process.exitCode = await main();
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const secret = newSecret();
  const environment = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    JWT_ACCESS_SECRET: secret,
    JWT_REFRESH_SECRET: newSecret(),
    ACCESS_TOKEN_TTL: '1h',
    REGISTRATION: 'closed',
    MAIL_URL: 'none',
    RATE_LIMIT_READ: '9999999/1m',
    RATE_LIMIT_WRITE: '9999999/1m',
    ADMIN_USERNAME: 'bench',
    ADMIN_PASSWORD: newSecret(),
  };
  const profile = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${join(process.cwd(), 'bench/profiles')}`] : [];
  await start([...profile, 'dist/main.js'], { ...environment, PORT: String(SERVER_PORT) }, SERVER_PORT);
  await start(['bench/bare.ts'], { ...environment, PORT: String(BARE_PORT) }, BARE_PORT);
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  process.stderr.write(`Loading ${options.rows} customers ...\n`);
  await insertCustomers(database, Number(options.rows));
  const ids = await someIds(database, 2_000);
  const { rows: users } = await database.query<{ id: string }>('SELECT id FROM users');
  const tokens = await openSessions(database, users[0]?.id ?? '', secret, 1_000);
  await database.end();
  const table: Row[] = [];
  for (const scenario of scenarios) {
    if (options.only && !scenario.name.includes(options.only)) continue;
    const load = { folder, tokens, ids, request: scenario.request, connections: 32, seconds };
    table.push(await compare(scenario.name, scenario.floor, (port) => drive(`http://127.0.0.1:${port}`, load)));
  }
  console.table(table);
  await writeFile('bench/results.json', JSON.stringify(report(table), null, 2) + '\n');
  return table.every((row) => row.ratio >= row.floor) ? 0 : 1;
}

async function compare(
  scenario: string,
  floor: number,
  measure: (port: number) => Promise<Measured>,
): Promise<Row> {
  const pairs: { server: number; bare: number }[] = [];
  for (const port of [SERVER_PORT, BARE_PORT]) await measure(port); // warm up
  for (let round = 1; round <= rounds; round += 1) {
    const [server, bare] = [await measure(SERVER_PORT), await measure(BARE_PORT)];
    if (server.failures + bare.failures > 0) {
      throw new Error(`${scenario}: ${server.failures} failures here, ${bare.failures} there`);
    }
    process.stderr.write(
      `${scenario} ${round}/${rounds}: ${Math.round(server.requestsPerSecond)} / ${Math.round(bare.requestsPerSecond)}\n`,
    );
    pairs.push({ server: server.requestsPerSecond, bare: bare.requestsPerSecond });
  }
  const ratios = pairs.map(({ server, bare }) => server / bare).sort((a, b) => a - b);
  return {
    scenario,
    server: Math.round(median(pairs.map(({ server }) => server))),
    bare: Math.round(median(pairs.map(({ bare }) => bare))),
    ratio: round2(median(ratios)),
    lowest: round2(ratios[0] ?? 0),
    highest: round2(ratios.at(-1) ?? 0),
    floor,
  };
}

async function start(args: string[], env: NodeJS.ProcessEnv, port: number): Promise<void> {
  const log = await open(join(folder, `${port}.log`), 'w');
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', log.fd, log.fd] });
  children.push(child);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} exited with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${args.join(' ')} does not answer`);
}

function report(rows: Row[]) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const [cpu] = cpus();
  return {
    commit,
    node: process.version,
    machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
    customers: Number(options.rows),
    rounds,
    seconds,
    rows,
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
