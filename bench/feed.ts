import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ProgressBar } from '../src/cli/progress-bar.ts';
import { REST } from './operation.ts';
import { explainStatements, plansDuring } from './explain.ts';
import { divided, type Row, type Table } from './report.ts';
import { timeOf } from './scale.ts';
import { SERVER, startWorld, type World } from './world.ts';

const CUSTOMERS = 10_000;
/** Events in the feed. */
const FEW = 10_000;
/** The part of the many events that is read page by page. */
const PART = 1 / 10;
const CHUNK = 100_000;
const EVENTS_OF_A_TRANSACTION = 10;
const PAGE = '/api/v1/events?limit=100';

/** Cursors of the feed, by the number of events after them. */
type Cursors = ReadonlyMap<number, string>;

/** Measures the time of a page among many and among few events, and the memory of a long read. */
export async function feedAtScale(many: number): Promise<Table> {
  const read = many * PART;
  const world = await startWorld(CUSTOMERS);
  try {
    const fewCursors = await insertEvents(world, FEW, [FEW / 2, 100]);
    await pageTimes(world, fewCursors); // a warm-up in which V8 compiles
    const few = await pageTimes(world, fewCursors);
    const cursors = await insertEvents(world, many, [many / 2, read, 100]);
    const pages = [...(await pageTimes(world, cursors))].map(([page, time]) => {
      const name = `feed, ${page} page, among ${text(many)} events / ${text(FEW)}`;
      return divided(name, time, few.get(page) ?? NaN, 'ms');
    });
    const cursor = cursors.get(read) ?? '';
    // A new process, whose memory was not used by other measurements.
    const server = await world.start(SERVER);
    const fresh = { ...world, server };
    const rows = [
      ...pages,
      await memoryOfServer(fresh, cursor, read),
      await memoryOfConsumer(fresh, cursor, read),
    ];
    await checkPlans(world, cursors);
    return { title: 'The feed of changes', rows };
  } finally {
    await world.stop();
  }
}

/** Milliseconds. */
async function pageTimes(world: World, cursors: Cursors): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const [name, path] of pagesOf(cursors)) {
    times.set(name, await timeOf(world, { method: 'GET', path: `'${path}'` }));
  }
  return times;
}

function pagesOf(cursors: Cursors): [name: string, path: string][] {
  const [middle = ''] = cursors.values();
  return [
    ['first', `${PAGE}&from=start`],
    ['middle', `${PAGE}&cursor=${middle}`],
    ['last', `${PAGE}&cursor=${cursors.get(100)}`],
  ];
}

/**
 * Inserts events of customers with SQL, as if every ten of them came from a separate transaction.
 *
 * @param marks where to take a cursor, as the number of events after it
 */
async function insertEvents(
  world: World,
  count: number,
  marks: readonly number[],
): Promise<Cursors> {
  const { database, ids } = world;
  const firstTx = await skipTransactions(world, count / EVENTS_OF_A_TRANSACTION);
  const cursors = new Map<number, string>();
  const restoreIndexes = await dropIndexes(world);
  const progress = new ProgressBar(process.stderr);
  const stops = [...marks.map((mark) => count - mark), count];
  for (let from = 0; from < count;) {
    const next = Math.min(from + CHUNK, ...stops.filter((stop) => stop > from));
    await database.query(
      `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version, tx)
       SELECT 'customer_updated', 'success', 'customer', ($1::uuid[])[1 + i % ${ids.length}], 1,
         $2::bigint + i / ${EVENTS_OF_A_TRANSACTION}
       FROM generate_series($3::int, $4::int) AS i`,
      [ids, firstTx, from, next - 1],
    );
    from = next;
    progress.draw('Loading', { done: from, total: count, unit: 'events' });
    const rest = count - from;
    if (marks.includes(rest)) cursors.set(rest, await cursorOfNow(world));
  }
  progress.clear();
  await restoreIndexes();
  await database.query('VACUUM ANALYZE audit_events');
  return cursors;
}

/** Drops the indexes that the feed does not use, because rebuilding them afterwards is faster. */
async function dropIndexes({ database }: World): Promise<() => Promise<void>> {
  const { rows } = await database.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE tablename = 'audit_events'
       AND indexname NOT IN ('audit_events_pkey', 'audit_events_feed_idx')`,
  );
  for (const { name } of rows) await database.query(`DROP INDEX ${name}`);
  return async () => {
    for (const { definition } of rows) await database.query(definition);
  };
}

/** Uses up transaction ids, to which events can belong. @returns the first id */
async function skipTransactions({ database }: World, count: number): Promise<string> {
  const { rows } = await database.query<{ tx: string }>('SELECT pg_current_xact_id() AS tx');
  await database.query(
    `DO $$ BEGIN FOR i IN 0..${count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
  );
  return rows[0]?.tx ?? '';
}

async function cursorOfNow(world: World): Promise<string> {
  return (await readPage(world, 'from=now')).page.next_cursor;
}

interface Page {
  data: unknown[];
  page: { has_more: boolean; next_cursor: string };
}

async function readPage({ server, tokens }: World, query: string): Promise<Page> {
  const answer = await fetch(`${server.url}/api/v1/events?${query}`, {
    headers: { authorization: `Bearer ${tokens[0]}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Page;
}

/** The memory of a process after an idle minute, before and after it serves all events. */
async function memoryOfServer(world: World, cursor: string, count: number): Promise<Row> {
  const memory = async (): Promise<number> => {
    await sleep(2 * REST); // the minute in which the read ends does not count as idle
    return world.server.residentMemory();
  };
  await readPage(world, `limit=1000&cursor=${cursor}`);
  const before = await memory();
  let events = 0;
  for (let next = cursor, hasMore = true; hasMore;) {
    const { data, page } = await readPage(world, `limit=1000&cursor=${next}`);
    events += data.length;
    next = page.next_cursor;
    hasMore = page.has_more;
  }
  if (events !== count) throw new Error(`The server returned ${events} events`);
  const name = `feed, idle memory of the server after ${text(count)} events / before`;
  return divided(name, await memory(), before, 'MiB');
}

/** The heap of the consumer of docs/keeping-a-copy.md, in a separate process. */
async function memoryOfConsumer(
  { server, tokens }: World,
  cursor: string,
  count: number,
): Promise<Row> {
  const env = { ...process.env, API: `${server.url}/api/v1`, TOKEN: tokens[0] };
  const program = join(import.meta.dirname, 'feed-consumer.ts');
  const args = ['--expose-gc', program, cursor, String(count / 10)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const memory = JSON.parse(stdout) as { events: number; early: number; late: number };
  if (memory.events !== count) throw new Error(`The consumer read ${memory.events} events`);
  const name = `feed, heap of the consumer after ${text(count)} events / ${text(count / 10)}`;
  return divided(name, memory.late, memory.early, 'MiB');
}

function text(count: number): string {
  return count.toLocaleString('en');
}

/** @throws if PostgreSQL does not read a page as a range of the index */
async function checkPlans(world: World, cursors: Cursors): Promise<void> {
  await explainStatements(world);
  for (const [name, path] of pagesOf(cursors)) {
    const plans = await plansDuring(world, () => readPage(world, path.split('?')[1] ?? ''));
    const pages = plans.filter(({ statement }) => statement.includes('FROM audit_events e'));
    const isRange = ({ plan }: { plan: string }) =>
      plan.includes('Index Scan using audit_events_feed_idx') && !/Seq Scan|Sort/.test(plan);
    if (pages.length === 0 || !pages.every(isRange)) {
      throw new Error(`The ${name} page of the feed: ${JSON.stringify(plans)}`);
    }
  }
}
