import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPlace, findTemporaryPlace, giveTo } from './postgres-place.ts';
import type { Place } from './postgres-place.ts';
import { isRunning, onFreePort, startService, waitUntilReady } from './service.ts';
import type { Service } from './service.ts';

export interface Postgres {
  /** The URL of the database `postgres` for the superuser. */
  url: string;
  /** The folder of the data, which may differ from the requested one, see `findPlace`. */
  folder: string;
  service: Service;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** LC_CTYPE is UTF-8 if the system has it, because pg_trgm needs it for letters beyond ASCII. */
const LOCALES = [
  ['--locale-provider=icu', '--icu-locale=und', '--locale=C.UTF-8'],
  ['--locale-provider=icu', '--icu-locale=und', '--locale=en_US.UTF-8'],
  ['--locale-provider=icu', '--icu-locale=und', '--locale=C'],
  ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
];

/** Settings that trade durability for speed. */
const TEST_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
];

/** Makes a connection cheap: the password is random, so nobody can guess it. */
const TEST_CLUSTER = ['--set=scram_iterations=1'];

/** Starts the permanent PostgreSQL in `folder`. Creates it on first use. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const place = await findPlace(folder);
  const cluster = join(place.folder, 'cluster');
  const isNew = !existsSync(cluster);
  if (isNew) await initialise(place);
  await waitForPredecessor(cluster);
  const { url, service } = await onFreePort((port) => startOnPort(place, port));
  if (isNew) void writeToDisk(place, cluster);
  return { url, service, folder: place.folder, stop: service.stop };
}

export interface TemporaryPostgres extends Postgres {
  /** Restarts it on the same port with the same data. */
  restart(): Promise<void>;
  /** Restarts it without a shutdown, so that it recovers from its write-ahead log. */
  crash(): Promise<void>;
}

/**
 * Starts an empty PostgreSQL for tests. Stopping it removes its data.
 *
 * @param within the folder in which the data gets its own folder, by default that for temporary files
 */
export async function startTemporaryPostgres(within?: string): Promise<TemporaryPostgres> {
  const place = await findTemporaryPlace(within);
  const remove = () => rm(place.folder, { recursive: true, force: true });
  try {
    await initialise(place, TEST_CLUSTER);
    const start = (port: number) => startOnPort(place, port, TEST_SETTINGS, place.folder);
    const started = await onFreePort(start);
    const { url } = started;
    let { service } = started;
    const startAgain = async (): Promise<void> => {
      ({ service } = await start(Number(new URL(url).port)));
    };
    const restart = () => service.stop().then(startAgain);
    const crash = async (): Promise<void> => {
      service.force();
      await service.exited;
      await startAgain();
    };
    const stop = () => service.stop().then(remove);
    return { url, service, folder: place.folder, restart, crash, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Creates the database if it is missing. @returns its URL */
export async function ensureDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
  const database = new URL(url);
  database.pathname = `/${name}`;
  return database.href;
}

/** Runs initdb in a temporary folder, so that an interruption does not leave an incomplete cluster. */
async function initialise(place: Place, options: string[] = []): Promise<void> {
  const unfinished = join(place.folder, 'cluster.new');
  const passwordFile = passwordFileOf(place);
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  await giveTo(place.user, passwordFile);

  let problem: unknown;
  for (const locale of LOCALES) {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    await giveTo(place.user, unfinished);
    try {
      await runInitdb(place, unfinished, passwordFile, [...locale, ...options]);
      await rename(unfinished, join(place.folder, 'cluster'));
      return;
    } catch (error) {
      problem = error;
    }
  }
  // As a container does that runs with any user id.
  const isNameless = String(problem).includes('could not look up effective user ID');
  throw new Error(
    isNameless
      ? 'PostgreSQL needs a user with a name in /etc/passwd. Start as such a user, or set DATABASE_URL.'
      : `PostgreSQL's initdb failed: ${String(problem)}`,
  );
}

async function runInitdb(
  place: Place,
  target: string,
  passwordFile: string,
  options: string[],
): Promise<void> {
  const args = [
    `--pgdata=${target}`,
    `--pwfile=${passwordFile}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-instructions',
    '--no-sync',
    ...options,
  ];
  await initdb(place, args);
}

/**
 * Writes the new cluster to disk, as initdb does at its end, but while the server starts: after an
 * `npm ci`, a thousand files take the disk seconds. PostgreSQL itself makes later writes durable. Until
 * this is done, a power failure can lose the new database, but only the data of the first seconds.
 */
async function writeToDisk(place: Place, cluster: string): Promise<void> {
  await initdb(place, [`--pgdata=${cluster}`, '--sync-only']).catch(() => undefined);
}

async function initdb(place: Place, args: string[]): Promise<void> {
  const options = { cwd: '/', env: cleanEnvironment(), ...place.user };
  await run(join(place.binaries, 'bin', 'initdb'), args, options);
}

/**
 * Waits for a PostgreSQL that a killed start is still shutting down. Removes the lock file of a process
 * that no longer exists, because PostgreSQL would take another program with its id for a running server.
 */
async function waitForPredecessor(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  for (let attempt = 0; attempt < 100; attempt++) {
    const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
    if (Number.isNaN(pid)) return;
    if (!isRunning(pid, cluster)) return rm(lockFile, { force: true });
    await sleep(100);
  }
  throw new Error(
    `Another PostgreSQL is using ${cluster}. Is Customer API running from this folder already? ` +
      'Stop it first.',
  );
}

async function startOnPort(
  place: Place,
  port: number,
  settings: string[] = [],
  temporaryFolder?: string,
): Promise<{ url: string; service: Service }> {
  const logFile = join(place.folder, 'postgres.log');
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const args = ['-D', join(place.folder, 'cluster'), '-p', String(port)];
  const service = startService(
    join(place.binaries, 'bin', 'postgres'),
    [...args, ...all.flatMap((setting) => ['-c', setting])],
    {
      cwd: '/',
      env: cleanEnvironment(),
      user: place.user,
      logFile,
      stopSignal: 'SIGINT',
      forceSignal: 'SIGQUIT',
      ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
    },
  );
  const password = (await readFile(passwordFileOf(place), 'utf8')).trim();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await waitUntilReady('PostgreSQL', service, logFile, () => canConnect(url));
  return { url, service };
}

export async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function passwordFileOf(place: Place): string {
  return join(place.folder, 'password');
}

/** Excludes PGDATA, PGPORT and similar variables of the caller. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
