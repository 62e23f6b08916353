import { drive } from './load.ts';
import { post } from './post.ts';
import type { Row } from './report.ts';
import { type Effort, alternate, ratioRow, type Stage } from './throughput.ts';
import type { World } from './world.ts';

const LOG_INS = 64;
const READERS = 8;
/** Long enough for some thousand reads, so that their p99 is meaningful. */
const P99_SECONDS = 2;

export const LOG_IN_ROWS = [
  'p99 of reads beside log-ins / undisturbed',
  'bare: p99 of reads beside log-ins / undisturbed',
  'p99 of reads beside log-ins, the server / bare',
] as const;

/**
 * The p99 of 8 concurrent readers while 64 clients log in, and while none does. Bare computes the same
 * hashes, so its row shows the limit of the machine. The last row compares both servers beside log-ins.
 */
export async function readsBesideLogIns({ world, bareUrl, effort }: Stage): Promise<Row[]> {
  const accounts = await newAccounts(world);
  const undisturbed = (url: string) => () => p99OfReads(world, url, effort);
  const disturbed = (url: string) => async () => {
    const stop = keepLoggingIn(url, accounts);
    try {
      return await p99OfReads(world, url, effort);
    } finally {
      await stop();
    }
  };
  const row = async (name: string, run: Parameters<typeof alternate>[2]): Promise<Row> =>
    ratioRow(name, await alternate(name, { warmUp: 1, rounds: effort.rounds }, run), ' ms');
  const [server, bare, both] = LOG_IN_ROWS;
  const { url } = world.server;
  return [
    await row(server, { measured: disturbed(url), against: undisturbed(url) }),
    await row(bare, { measured: disturbed(bareUrl), against: undisturbed(bareUrl) }),
    await row(both, { measured: disturbed(url), against: disturbed(bareUrl) }),
  ];
}

/** The p99 of 8 clients that concurrently read customers by id, in milliseconds. */
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

/** Each client uses its own account, because log-ins to the same account wait for each other. */
function keepLoggingIn(url: string, accounts: readonly Credentials[]): () => Promise<unknown> {
  const ended = new AbortController();
  const logIns = accounts.map(async (account) => {
    while (!ended.signal.aborted) await logIn(url, account);
  });
  return () => {
    ended.abort();
    return Promise.all(logIns);
  };
}

interface Credentials {
  username: string;
  password: string;
}

/** Creates accounts with the password of the admin, so that no further hash is computed. */
async function newAccounts({ database, admin }: World): Promise<Credentials[]> {
  const { rows } = await database.query<{ username: string }>(
    `INSERT INTO users (username, role, password_hash)
     SELECT 'logging-in-' || i, 'user', (SELECT password_hash FROM users WHERE username = $1)
     FROM generate_series(1, $2::int) AS i RETURNING username`,
    [admin.username, LOG_INS],
  );
  return rows.map(({ username }) => ({ username, password: admin.password }));
}

async function logIn(url: string, credentials: Credentials): Promise<void> {
  const answer = await post(url, 'auth/login', credentials);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}
