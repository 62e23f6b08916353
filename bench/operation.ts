import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './post.ts';
import { divided, hundredths, median, type Row } from './report.ts';
import { alternate, ratioRow, requestsPerSecond, type Stage } from './throughput.ts';
import { SERVER } from './world.ts';

const STARTS = 5;
/** Milliseconds. After an idle minute, the server releases memory that only its start needed. */
export const REST = 65_000;

export const START_ROWS = ['start to ready', 'resident memory, idle'] as const;

/** Measures the time of a start with a migrated database, and the memory of an idle server. */
export async function starting({ world }: Stage): Promise<Row[]> {
  const times: number[] = [];
  let memory = 0;
  for (let round = 1; round <= STARTS; round += 1) {
    const startedAt = performance.now();
    const server = await world.start(SERVER);
    await ready(server.url);
    times.push((performance.now() - startedAt) / 1_000);
    if (round === STARTS) {
      await sleep(REST);
      memory = server.residentMemory();
    }
    await server.stop();
  }
  return [
    divided(START_ROWS[0], median(times), 1.5, 's'),
    divided(START_ROWS[1], memory, 130, 'MiB'),
  ];
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(`${url}/health/ready`)).ok) await sleep(10);
}

const BATCH = 100;
const BATCHES = 30;
export const BATCH_ROW = 'a batch of 100 creates / one create';

/** Sends one request at a time. */
export async function batchOfCreates({ world }: Stage): Promise<Row[]> {
  const [token = ''] = world.tokens;
  const { url } = world.server;
  let round = 0;
  const create = (n: number) => ({ name: 'Ada', email: `batch-${round}-${n}@example.com` });
  const one = () => {
    round += 1;
    return elapsed(() => post(url, 'customers', create(0), token));
  };
  const batch = () => {
    round += 1;
    const operations = Array.from({ length: BATCH }, (_, n) => ({
      method: 'create',
      body: create(n + 1),
    }));
    return elapsed(() => post(url, 'customers/batch', { operations }, token));
  };
  const effort = { warmUp: BATCHES, rounds: BATCHES };
  const runs = await alternate(BATCH_ROW, effort, { measured: batch, against: one });
  return [ratioRow(BATCH_ROW, runs, ' ms')];
}

/** Milliseconds. */
async function elapsed(send: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now();
  const answer = await send();
  const text = await answer.text();
  if (!answer.ok || text.includes('"problem"')) throw new Error(text);
  return hundredths(performance.now() - startedAt);
}

export const PROCESSES_ROW = 'two processes / one';

/** Has no bound, because PostgreSQL, Redis and the load share the two cores with both processes. */
export async function twoProcesses({ world, effort }: Stage): Promise<Row[]> {
  const two = await world.start([join(import.meta.dirname, 'cluster.ts')]);
  const request = { method: 'GET', path: `'/api/v1/customers/' .. id` };
  const run = (url: string) => () => requestsPerSecond(world, PROCESSES_ROW, url, request, effort);
  const runs = await alternate(
    PROCESSES_ROW,
    { warmUp: 1, rounds: 3 },
    {
      measured: run(two.url),
      against: run(world.server.url),
    },
  );
  await two.stop();
  return [ratioRow(PROCESSES_ROW, runs)];
}
