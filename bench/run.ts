import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KEYS_ROW, keysBesideTokens } from './keys.ts';
import { FILE_ROWS, importAndExport } from './million.ts';
import { batchOfCreates, readsBesideLogIns, starting, twoProcesses } from './operation.ts';
import { hasFloor, isMet, print, publish, type Row, save, type Table } from './report.ts';
import { scale } from './scale.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { compare, type Effort, limitsOfBare, withNewTokens } from './throughput.ts';
import { readsBesideDeadWebhook, WEBHOOK_ROW } from './webhooks.ts';
import { startWorld, type World } from './world.ts';

/**
 * `npm run bench [-- --quick] [--rows 1000000] [--only "customer by id"] [--scale] [--profile] [--save]`:
 * see README.md. Exits with 1 when a ratio is below its floor.
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    scale: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});

const rows = Number(options.rows ?? (options.quick ? 100_000 : 1_000_000));
const usual: Effort = options.quick
  ? { rounds: 3, warmUp: 1, seconds: 1, rampUp: 0 }
  : { rounds: 7, warmUp: 3, seconds: 2, rampUp: 1 };
const effort: Effort = { ...usual, rounds: Number(options.rounds ?? usual.rounds) };
const BARE_PORT = 3_901;
const STARTING = 'start to ready';

type InOperation = (world: World, bareUrl: string) => Promise<Row[]>;

/** By what `--only` may name of their rows. */
const inOperation: Readonly<Record<string, InOperation>> = {
  [STARTING]: () => Promise.resolve([]), // measured before the others
  'creates in one batch': async (world) => [await batchOfCreates(world)],
  'reads beside log-ins': async (world) => [await readsBesideLogIns(world, effort)],
  'two processes': async (world) => [await twoProcesses(world, effort)],
  [KEYS_ROW]: async (world) => [await keysBesideTokens(world, effort)],
  [WEBHOOK_ROW]: async (world) => [await readsBesideDeadWebhook(world, effort)],
  'limits of bare': (world, bareUrl) => limitsOfBare(world, bareUrl, effort),
};

function isChosen(name: string): boolean {
  return name.includes(options.only);
}

const tables = options.scale ? [await measureScale()] : await measure();
for (const table of tables) print(table);
const isComplete = !options.quick && options.only === '' && !options.profile;
const report = options.scale ? 'scale' : 'results';
if (options.save) {
  await save(report, tables, options.scale ? {} : { customers: rows, ...effort });
  if (isComplete) await publish(report, tables);
}
const floors = tables.flatMap((table) => table.rows).filter(hasFloor);
process.exitCode = floors.every(isMet) ? 0 : 1;

async function measure(): Promise<Table[]> {
  const chosen = scenarios.filter(({ name }) => isChosen(name));
  const others = Object.entries(inOperation).filter(([name]) => isChosen(name));
  const measured: Table[] = [];
  if (chosen.length + others.length > 0) measured.push(...(await measureRequests(chosen, others)));
  if (isChosen(FILE_ROWS) && (options.only !== '' || !options.quick)) {
    const title = `A file of ${rows.toLocaleString('en')} customers`;
    measured.push({ title, rows: await importAndExport(rows) });
  }
  return measured;
}

async function measureRequests(
  chosen: readonly Scenario[],
  others: readonly (readonly [string, InOperation])[],
): Promise<Table[]> {
  const again = chosen.filter((scenario) => scenario.alsoWithNewTokens && !options.quick);
  const profile = ['--cpu-prof', `--cpu-prof-dir=${join(import.meta.dirname, 'profiles')}`];
  const world = await startWorld(rows, options.profile ? profile : []);
  try {
    // Before there are ended sessions, which every instance has in memory.
    const started = isChosen(STARTING) ? await starting(world) : [];
    const bare = await world.start([join(import.meta.dirname, 'bare.ts')], BARE_PORT);
    const among = `among ${rows.toLocaleString('en')} customers`;
    const requests: Table = { title: `Requests a second, the server / bare, ${among}`, rows: [] };
    for (const scenario of chosen) {
      requests.rows.push(await compare(world, bare.url, scenario, effort));
    }
    const onceEach: Table = { title: 'The same with a new token for each request', rows: [] };
    for (const scenario of again.map(withNewTokens)) {
      onceEach.rows.push(await compare(world, bare.url, scenario, effort));
    }
    const operation: Table = { title: 'In operation', rows: [...started] };
    for (const [, measureRows] of others) {
      operation.rows.push(...(await measureRows(world, bare.url)));
    }
    return [requests, onceEach, operation].filter((table) => table.rows.length > 0);
  } finally {
    await world.stop();
  }
}

async function measureScale(): Promise<Table> {
  return { title: 'Time of a read, among many customers / among few', rows: await scale() };
}
