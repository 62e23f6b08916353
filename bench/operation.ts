import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drive } from './load.ts';
import { hundredths, median, type Row, summed } from './report.ts';
import { type Effort, requestsPerSecond } from './throughput.ts';
import { SERVER, type World } from './world.ts';

const [START_PORT, CLUSTER_PORT] = [3_903, 3_904];
const STARTS = 5;
/** Milliseconds: after an idle minute the server returns what only its start needed. */
const REST = 65_000;
const LOG_INS = 64;
const READERS = 8;

/** How long a start takes, on a migrated database, and what memory it takes to do nothing. */
export async function starting(world: World): Promise<Row[]> {
  const times: number[] = [];
  let memory = 0;
  for (let round = 1; round <= STARTS; round += 1) {
    const startedAt = performance.now();
    const server = await world.start(SERVER, START_PORT);
    await ready(server.url);
    times.push((performance.now() - startedAt) / 1_000);
    if (round === STARTS) {
      await sleep(REST);
      memory = server.residentMemory();
    }
    await server.stop();
  }
  return [
    limited('start to ready', median(times), 1.5, 's'),
    limited('resident memory, idle', memory, 130, 'MiB'),
  ];
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(`${url}/health/ready`)).ok) await sleep(10);
}

function limited(name: string, value: number, limit: number, unit: string): Row {
  const ratio = hundredths(value / limit);
  const measured = `${hundredths(value)} ${unit}`;
  return { name, measured, against: `${limit} ${unit}`, ratio, bound: { most: 1 } };
}

/** The slowest hundredth of the reads while passwords are hashed, and while they are not. */
export async function readsBesideLogIns(
  world: World,
  { rounds, seconds, rampUp }: Effort,
): Promise<Row> {
  const read = async () => {
    const request = { method: 'GET', path: `'/api/v1/customers/' .. id` };
    const { folder, tokens, ids } = world;
    const load = { folder, tokens, ids, request, connections: READERS, seconds, rampUp };
    return (await drive(world.server.url, load)).p99;
  };
  await read();
  const user = await newUser(world);
  const pairs: { undisturbed: number; disturbed: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const undisturbed = await read();
    const stop = keepLoggingIn(world, user);
    pairs.push({ undisturbed, disturbed: await read() });
    await stop();
  }
  const ratios = pairs.map(({ undisturbed, disturbed }) => disturbed / undisturbed);
  return {
    name: `p99 of ${READERS} reads at once beside ${LOG_INS} log-ins / undisturbed`,
    measured: `${hundredths(median(pairs.map(({ disturbed }) => disturbed)))} ms`,
    against: `${hundredths(median(pairs.map(({ undisturbed }) => undisturbed)))} ms`,
    ...summed(ratios),
    bound: { most: 3 },
  };
}

function keepLoggingIn(world: World, user: Credentials): () => Promise<unknown> {
  const over = new AbortController();
  const logIns = Array.from({ length: LOG_INS }, async () => {
    while (!over.signal.aborted) await logIn(world, user);
  });
  return () => {
    over.abort();
    return Promise.all(logIns);
  };
}

interface Credentials {
  username: string;
  password: string;
}

/** A log-in ends the oldest session of its user, so it must not be the one of the tokens. */
async function newUser(world: World): Promise<Credentials> {
  const credentials = { username: 'logging-in', password: 'correct horse battery staple' };
  const answer = await post(world, 'users', { ...credentials, role: 'user' }, world.tokens[0]);
  if (answer.status !== 201) throw new Error(await answer.text());
  return credentials;
}

async function logIn(world: World, credentials: Credentials): Promise<void> {
  const answer = await post(world, 'auth/login', credentials);
  await answer.body?.cancel();
}

function post(world: World, path: string, body: object, token?: string): Promise<Response> {
  return fetch(`${world.server.url}/api/v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

const BATCH = 100;
const BATCHES = 30;

/** How long a batch of 100 creates takes, compared with one create; one after the other. */
export async function batchOfCreates(world: World): Promise<Row> {
  const [token = ''] = world.tokens;
  const times: { one: number; batch: number }[] = [];
  for (let round = 1; round <= BATCHES; round += 1) {
    const create = (n: number) => ({ name: 'Ada', email: `batch-${round}-${n}@example.com` });
    const operations = Array.from({ length: BATCH }, (_, n) => ({
      method: 'create',
      body: create(n + 1),
    }));
    times.push({
      one: await elapsed(() => post(world, 'customers', create(0), token)),
      batch: await elapsed(() => post(world, 'customers/batch', { operations }, token)),
    });
  }
  const one = median(times.map((time) => time.one));
  const batch = median(times.map((time) => time.batch));
  return {
    name: `${BATCH} creates in one batch / one create`,
    measured: `${hundredths(batch)} ms`,
    against: `${hundredths(one)} ms`,
    ratio: hundredths(batch / one),
    bound: { most: 5 },
  };
}

async function elapsed(send: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now();
  const answer = await send();
  await answer.text();
  if (!answer.ok) throw new Error(`Answered ${answer.status}`);
  return performance.now() - startedAt;
}

/** No bound: on two cores, shared with PostgreSQL, Redis and the load, there is no room for two. */
export async function twoProcesses(world: World, effort: Effort): Promise<Row> {
  const two = await world.start([join(import.meta.dirname, 'cluster.ts')], CLUSTER_PORT);
  const request = { method: 'GET', path: `'/api/v1/customers/' .. id` };
  const run = (url: string) => requestsPerSecond(world, 'two processes', url, request, effort);
  const [one, both] = [await run(world.server.url), await run(two.url)];
  await two.stop();
  const ratio = hundredths(both / one);
  return { name: 'two processes / one', measured: `${both}/s`, against: `${one}/s`, ratio };
}
