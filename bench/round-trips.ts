import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { drive } from './load.ts';
import { hundredths, type Row } from './report.ts';
import type { Scenario, Side } from './scenarios.ts';
import type { Stage } from './throughput.ts';
import type { World } from './world.ts';

/** Milliseconds. Few requests are enough, because their round trips do not depend on the load. */
const PAUSE = 10;
const SECONDS = 1;
const MAX_REQUESTS = 1_000;

interface RoundTrips {
  statements: number;
  commands: number;
}

export function nameOfTrips({ name }: Scenario): string {
  return `round trips: ${name}`;
}

/** Counts the statements to PostgreSQL and the commands to Redis of one request. */
export async function roundTrips({ world, bareUrl }: Stage, scenario: Scenario): Promise<Row> {
  const count = (side: Side, url: string) => countTrips(world, scenario, side, url);
  const server = await count('server', world.server.url);
  const bare = await count('bare', bareUrl);
  return {
    name: nameOfTrips(scenario),
    measured: described(server),
    against: described(bare),
    ratio: hundredths(sum(server) / sum(bare)),
  };
}

/** Sends one request at a time, and counts in the log of PostgreSQL and with MONITOR of Redis. */
async function countTrips(
  world: World,
  scenario: Scenario,
  side: Side,
  url: string,
): Promise<RoundTrips> {
  const { folder, tokens, ids } = world;
  const request = { ...(await scenario.request(world, side, MAX_REQUESTS)), pause: PAUSE };
  const load = { folder, tokens, ids, request, connections: 1, seconds: SECONDS };
  const commands = await watchRedis(world);
  const statements = await watchPostgres(world);
  const { requests, failures } = await drive(url, load);
  if (failures > 0) throw new Error(`${scenario.name}: ${failures} failures at ${url}`);
  const sent = {
    statements: frequent(await statements(side), requests),
    commands: frequent(await commands(side), requests),
  };
  const lines = [...sent.statements, ...sent.commands].map(inOneLine);
  process.stderr.write(`${scenario.name}, ${side}:\n${lines.join('\n')}\n`);
  return { statements: sent.statements.length, commands: sent.commands.length };
}

/** Stops watching. @returns the statements or commands that this side sent */
type Watch = (side: Side) => Promise<string[]>;

async function watchPostgres({ databaseFolder, database }: World): Promise<Watch> {
  const log = () => readFile(join(databaseFolder, 'postgres.log'), 'utf8');
  const start = (await log()).length;
  const setUp = async (statements: 'all' | 'none'): Promise<void> => {
    await database.query(`ALTER SYSTEM SET log_statement = '${statements}'`);
    await database.query(`ALTER SYSTEM SET log_line_prefix = '[%a] '`);
    await database.query('SELECT pg_reload_conf()');
    await sleep(200); // until every connection has reloaded
  };
  await setUp('all');
  return async (side) => {
    await setUp('none');
    const text = (await log()).slice(start);
    const entries = text.matchAll(
      /^\[(.*)\] LOG: {2}(?:statement|execute [^:]*): (.*(?:\n\t.*)*)/gm,
    );
    return [...entries].flatMap(([, name, statement = '']) =>
      isOf(side, name) ? [statement] : [],
    );
  };
}

/** A line of MONITOR is `time [database address] "COMMAND" "argument" ...`. */
async function watchRedis({ redisUrl }: World): Promise<Watch> {
  const [monitor, client] = await Promise.all([
    createClient({ url: redisUrl }).connect(),
    createClient({ url: redisUrl }).connect(),
  ]);
  const lines: string[] = [];
  await monitor.monitor((line) => lines.push(line));
  return async (side) => {
    const clients = await client.clientList();
    monitor.destroy();
    client.destroy();
    const names = new Map(clients.map(({ addr, name }) => [addr, name]));
    return lines.flatMap((line) => {
      const [, address = '', command = ''] = /\[\d+ ([^\]]+)\] "(\w+)"/.exec(line) ?? [];
      const isInScript = address === 'lua';
      return !isInScript && isOf(side, names.get(address)) ? [command.toUpperCase()] : [];
    });
  };
}

/** Only bare uses this name for its connections. */
function isOf(side: Side, name: string | undefined): boolean {
  return (name === 'bare') === (side === 'bare');
}

/** Those that each request causes, repeated per request. Background work is less frequent. */
function frequent(all: readonly string[], requests: number): string[] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].flatMap(([one, count]) =>
    Array<string>(Math.round(count / requests)).fill(one),
  );
}

function inOneLine(sent: string): string {
  return `  ${sent.replace(/\s+/g, ' ').slice(0, 110)}`;
}

function described({ statements, commands }: RoundTrips): string {
  return `${statements} PostgreSQL, ${commands} Redis`;
}

function sum({ statements, commands }: RoundTrips): number {
  return statements + commands;
}
