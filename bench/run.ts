import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasFloor, isMet } from './bounds.ts';
import { feedAtScale } from './feed.ts';
import { addRows, FILES, type Measurement, ON_STAGE } from './measurements.ts';
import { print, publish, type Report, save, type Table } from './report.ts';
import { readsAtScale } from './scale.ts';
import type { Effort, Stage } from './throughput.ts';
import { startWorld } from './world.ts';

/**
 * `npm run bench [-- --quick] [--rows 1000000] [--only "customer by id"] [--scale] [--profile] [--save]`:
 * see README.md. Exits with 1 if a ratio is below its floor.
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
const defaults: Effort = options.quick
  ? { rounds: 3, warmUp: 1, seconds: 1, rampUp: 0 }
  : { rounds: 7, warmUp: 2, seconds: 1, rampUp: 1 };
const effort: Effort = { ...defaults, rounds: Number(options.rounds ?? defaults.rounds) };

/** Rows that could not be measured. The others are still measured. */
const failed: string[] = [];

const reports = options.scale ? await measureScale() : { results: await measure() };
for (const [report, tables] of Object.entries(reports) as [Report, Table[]][]) {
  for (const table of tables) print(table);
  if (!options.save) continue;
  await save(report, tables, options.scale ? {} : { customers: rows, ...effort });
  const isComplete =
    !options.quick && !options.profile && !options.rows && (options.scale || options.only === '');
  if (isComplete && failed.length === 0) await publish(report, tables);
}
const floors = Object.values(reports)
  .flat()
  .flatMap((table) => table.rows)
  .filter(hasFloor);
for (const name of failed) console.error(`Could not be measured: ${name}`);
process.exitCode = failed.length === 0 && floors.every(isMet) ? 0 : 1;

function isChosen({ names }: Pick<Measurement<unknown>, 'names'>): boolean {
  return names.some((name) => name.toLowerCase().includes(options.only.toLowerCase()));
}

async function measure(): Promise<Table[]> {
  const tables: Table[] = [];
  const onStage = ON_STAGE.filter(isChosen);
  if (onStage.length > 0) await measureOnStage(tables, onStage);
  const isQuick = options.quick && options.only === '';
  if (isChosen(FILES) && !isQuick) await addRows(tables, FILES, rows);
  if (tables.length + failed.length === 0)
    throw new Error(`No row has "${options.only}" in its name`);
  return tables;
}

async function measureOnStage(tables: Table[], chosen: readonly Measurement<Stage>[]) {
  const profile = ['--cpu-prof', `--cpu-prof-dir=${join(import.meta.dirname, 'profiles')}`];
  const world = await startWorld(rows, options.profile ? profile : []);
  try {
    const { url } = await world.start([join(import.meta.dirname, 'bare.ts')]);
    const stage = { world, bareUrl: url, effort };
    for (const measurement of chosen) {
      await addRows(tables, measurement, stage).catch((error: unknown) => {
        failed.push(...measurement.names);
        console.error(error);
      });
    }
  } finally {
    await world.stop();
  }
}

/** Measures the reads and the feed, each of which can be selected with `--only`. */
async function measureScale(): Promise<Partial<Record<Report, Table[]>>> {
  const isChosen = (name: string) => name.includes(options.only);
  return {
    ...(isChosen('reads') && { scale: [await readsAtScale()] }),
    ...(isChosen('feed') && { feed: [await feedAtScale(Number(options.rows ?? 10_000_000))] }),
  };
}
