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
  'p99 of reads beside log-ins, the server / bare',
] as const;

/**
 * The slowest hundredth of 8 reads at once while 64 clients log in, and while none does. Bare does
 * the same hashes: what it loses is what the machine allows. The last row compares both beside log-ins.
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
  const row = async (name: string, run: Parameters<typeof inTurn>[2]): Promise<Row> =>
    ratioRow(name, await inTurn(name, { warmUp: 1, rounds: effort.rounds }, run), ' ms');
  const [server, bare, both] = LOG_IN_ROWS;
  const { url } = world.server;
  return [
    await row(server, { measured: disturbed(url), against: undisturbed(url) }),
    await row(bare, { measured: disturbed(bareUrl), against: undisturbed(bareUrl) }),
    await row(both, { measured: disturbed(url), against: disturbed(bareUrl) }),
  ];
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

/** Each client has an account of its own: log-ins to one account wait for each other. */
function keepLoggingIn(url: string, accounts: readonly Credentials[]): () => Promise<unknown> {
  const over = new AbortController();
  const logIns = accounts.map(async (account) => {
    while (!over.signal.aborted) await logIn(url, account);
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

/** With the password of the admin, so that nothing has to be hashed for them. */
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
