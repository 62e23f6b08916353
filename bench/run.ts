import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KEYS_ROW, keysBesideTokens } from './keys.ts';
import { importAndExport } from './million.ts';
import { batchOfCreates, readsBesideLogIns, starting, twoProcesses } from './operation.ts';
import { hasFloor, isMet, print, publish, save, type Table } from './report.ts';
import { scale } from './scale.ts';
import { scenarios } from './scenarios.ts';
import { compare, type Effort, limitsOfBare, withNewTokens } from './throughput.ts';
import { startWorld } from './world.ts';

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
  const chosen = scenarios.filter(({ name }) => name.includes(options.only));
  const again = chosen.filter((scenario) => scenario.alsoWithNewTokens && !options.quick);
  const profile = ['--cpu-prof', `--cpu-prof-dir=${join(import.meta.dirname, 'profiles')}`];
  const world = await startWorld(rows, options.profile ? profile : []);
  const measured: Table[] = [];
  try {
    // Before there are ended sessions, which every instance has in memory.
    const started = options.only === '' ? await starting(world) : [];
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
    if (KEYS_ROW.includes(options.only)) requests.rows.push(await keysBesideTokens(world, effort));
    measured.push(requests, ...(onceEach.rows.length > 0 ? [onceEach] : []));
    if (options.only === '') {
      measured.push({
        title: 'In operation',
        rows: [
          ...started,
          await batchOfCreates(world),
          await readsBesideLogIns(world, effort),
          await twoProcesses(world, effort),
          ...(await limitsOfBare(world, bare.url, effort)),
        ],
      });
    }
  } finally {
    await world.stop();
  }
  if (options.only === '' && !options.quick) {
    const title = `A file of ${rows.toLocaleString('en')} customers`;
    measured.push({ title, rows: await importAndExport(rows) });
  }
  return measured;
}

async function measureScale(): Promise<Table> {
  return { title: 'Time of a read, among many customers / among few', rows: await scale() };
}
