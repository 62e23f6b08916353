import { FILE_ROWS, importAndExport } from './million.ts';
import { KEY_ROWS, keysBesideTokens } from './keys.ts';
import { LOG_IN_ROWS, readsBesideLogIns } from './log-ins.ts';
import {
  BATCH_ROW,
  batchOfCreates,
  PROCESSES_ROW,
  START_ROWS,
  starting,
  twoProcesses,
} from './operation.ts';
import { PLAIN_ROWS, plainNest } from './plain.ts';
import type { Row, Table } from './report.ts';
import { nameOfTrips, roundTrips } from './round-trips.ts';
import { type Scenario, scenarios, withNewTokens } from './scenarios.ts';
import { BARE_ROWS, compare, limitsOfBare, type Stage } from './throughput.ts';
import { readsBesideDeadWebhook, WEBHOOK_ROW } from './webhooks.ts';

/** Rows that are measured together. */
export interface Measurement<Subject> {
  table: string;
  /** The names of the rows, for `--only`. */
  names: readonly string[];
  measure: (subject: Subject) => Promise<Row[]>;
}

/** Measurements with two servers and one database, in this order. */
export const ON_STAGE: readonly Measurement<Stage>[] = [
  // First, because every instance keeps revoked sessions in memory.
  inOperation(START_ROWS, starting),
  ...scenarios.map((scenario) => requests('Requests a second, the server / bare', scenario)),
  ...withNewTokens.map((scenario) =>
    requests('The same with a new token for each request', scenario),
  ),
  {
    table: 'Requests a second, a plain Nest application / bare',
    names: PLAIN_ROWS,
    measure: plainNest,
  },
  inOperation([BATCH_ROW], batchOfCreates),
  inOperation(LOG_IN_ROWS, readsBesideLogIns),
  inOperation([PROCESSES_ROW], twoProcesses),
  inOperation(KEY_ROWS, keysBesideTokens),
  inOperation(BARE_ROWS, limitsOfBare),
  inOperation([WEBHOOK_ROW], readsBesideDeadWebhook), // last, because its deliveries are then deleted for some time
  ...scenarios.map((scenario) => ({
    table: 'Round trips of a request, the server / bare',
    names: [nameOfTrips(scenario)],
    measure: async (stage: Stage) => [await roundTrips(stage, scenario)],
  })),
];

/** Measurements with a separate database, by the number of customers. */
export const FILES: Measurement<number> = {
  table: 'A file of customers',
  names: FILE_ROWS,
  measure: importAndExport,
};

function requests(table: string, scenario: Scenario): Measurement<Stage> {
  const measure = async (stage: Stage) => [await compare(stage, scenario)];
  return { table, names: [scenario.name], measure };
}

function inOperation(
  names: readonly string[],
  measure: Measurement<Stage>['measure'],
): Measurement<Stage> {
  return { table: 'In operation', names, measure };
}

/** Adds the rows to the tables. @throws if their names differ from those of the measurement */
export async function addRows<Subject>(
  tables: Table[],
  { table: title, names, measure }: Measurement<Subject>,
  subject: Subject,
): Promise<void> {
  const rows = await measure(subject);
  const isNamed = rows.length === names.length && rows.every(({ name }) => names.includes(name));
  if (!isNamed) throw new Error(`The rows are not called ${names.join(', ')}`);
  let table = tables.find((candidate) => candidate.title === title);
  if (!table) tables.push((table = { title, rows: [] }));
  table.rows.push(...rows);
}
