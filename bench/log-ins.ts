import { drive } from './load.ts';
import { post } from './post.ts';
import type { Row } from './report.ts';
import { type Effort, inTurn, ratioRow, type Stage } from './throughput.ts';
import type { World } from './world.ts';

const LOG_INS = 64;
const READERS = 8;
/** Long enough for some thousand reads, of which a hundredth is looked at. */
const P99_SECONDS = 2;

export const LOG_IN_ROWS = [
  'p99 of reads beside log-ins / undisturbed',
  'bare: p99 of reads beside log-ins / undisturbed',
] as const;

/**
 * The slowest hundredth of 8 reads at once while 64 clients log in, and while none does. Bare does
 * the same hashes: what it loses is what the machine allows.
 */
export async function readsBesideLogIns({ world, bareUrl, effort }: Stage): Promise<Row[]> {
  const user = await newUser(world);
  const beside = async (name: string, url: string): Promise<Row> => {
    const undisturbed = () => p99OfReads(world, url, effort);
    const disturbed = async () => {
      const stop = keepLoggingIn(url, user);
      try {
        return await p99OfReads(world, url, effort);
      } finally {
        await stop();
      }
    };
    const runs = await inTurn(
      name,
      { warmUp: 1, rounds: effort.rounds },
      {
        measured: disturbed,
        against: undisturbed,
      },
    );
    return ratioRow(name, runs, ' ms');
  };
  const [server, bare] = LOG_IN_ROWS;
  return [await beside(server, world.server.url), await beside(bare, bareUrl)];
}

/** Milliseconds, of 8 customers by id at once. */
export async function p99OfReads(
  { folder, tokens, ids }: World,
  url: string,
  { rampUp }: Effort,
): Promise<number> {
  const request = { method: 'GET', path: `'/api/v1/customers/' .. id` };
  const load = { folder, tokens, ids, request, connections: READERS, seconds: P99_SECONDS, rampUp };
  const { p99, failures } = await drive(url, load);
  if (failures > 0) throw new Error(`${failures} reads failed at ${url}`);
  return p99;
}

function keepLoggingIn(url: string, user: Credentials): () => Promise<unknown> {
  const over = new AbortController();
  const logIns = Array.from({ length: LOG_INS }, async () => {
    while (!over.signal.aborted) await logIn(url, user);
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
  const { server, tokens } = world;
  const answer = await post(server.url, 'users', { ...credentials, role: 'user' }, tokens[0]);
  if (answer.status !== 201) throw new Error(await answer.text());
  return credentials;
}

async function logIn(url: string, credentials: Credentials): Promise<void> {
  const answer = await post(url, 'auth/login', credentials);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`A log-in was answered with ${answer.status}`);
}
