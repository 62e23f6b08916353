import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTemporaryPostgres } from '../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../scripts/embedded/redis.ts';
import { onFreePort } from '../scripts/embedded/service.ts';
import { serverCommand } from '../scripts/server-command.ts';
import {
  insertCustomers,
  insertEvents,
  newSecret,
  openSessions,
  type Secrets,
  signToken,
  someIds,
} from './dataset.ts';

export interface Running {
  url: string;
  /** MiB. */
  residentMemory(): number;
  stop(): Promise<void>;
}

/** The PostgreSQL, Redis, customers and sessions that the measured servers share. */
export interface World {
  /** The number of customers. Their external ids are B-1, B-2 and so on. */
  rows: number;
  folder: string;
  /** The folder of PostgreSQL, with its log in `postgres.log`. */
  databaseFolder: string;
  database: pg.Client;
  redisUrl: string;
  /** The built server. */
  server: Running;
  /** The account to which the tokens belong. */
  admin: { username: string; password: string };
  /** Access tokens, each of another session. */
  tokens: string[];
  /** The ids of existing customers. */
  ids: string[];
  /** Creates tokens of new sessions. */
  newTokens(kind: keyof Secrets, count: number): Promise<string[]>;
  /** Creates access tokens for the sessions of `tokens`, which no server has seen before. */
  unseenTokens(count: number): string[];
  /** Starts a program that serves /health/live on the PORT in its environment. */
  start(args: string[]): Promise<Running>;
  stop(): Promise<void>;
}

/** The arguments of `node`. */
export const SERVER = serverCommand(join(import.meta.dirname, '..'));
/** The number of events in the feed. */
const EVENTS = 1_000;
export const METRICS_TOKEN = newSecret();

/** Starts the built server first, because it creates the tables. */
export async function startWorld(rows: number, nodeFlags: string[] = []): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-bench-'));
  const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startTemporaryRedis()]);
  const secrets = { access: newSecret(), refresh: newSecret() };
  const admin = { username: 'bench', password: newSecret() };
  const environment = settings(postgres.url, redis.url, secrets, admin);
  const database = new pg.Client({ connectionString: postgres.url });
  const running: Running[] = [];
  const start: World['start'] = async (args) => {
    const logFile = join(folder, `${running.length}.log`);
    const started = await startProgram(args, environment, logFile);
    running.push(started);
    return started;
  };
  const stop = async (): Promise<void> => {
    await database.end();
    await Promise.all(running.map((program) => program.stop()));
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const server = await start([...nodeFlags, ...SERVER]);
    await database.connect();
    await stopAutovacuum(database);
    await insertCustomers(database, rows);
    await insertEvents(database, EVENTS);
    const ids = await someIds(database, 2_000);
    const users = await database.query<{ id: string }>('SELECT id FROM users');
    const userId = users.rows[0]?.id ?? '';
    const sign = (kind: keyof Secrets, id: string) => signToken(secrets[kind], kind, userId, id);
    const sessions = await openSessions(database, userId, 1_000);
    const tokens = sessions.map((id) => sign('access', id));
    const newTokens: World['newTokens'] = async (kind, count) =>
      (await openSessions(database, userId, count)).map((id) => sign(kind, id));
    const unseenTokens: World['unseenTokens'] = (count) =>
      Array.from({ length: count }, (_, n) => sign('access', sessions[n % sessions.length] ?? ''));
    return {
      folder,
      databaseFolder: postgres.folder,
      rows,
      database,
      redisUrl: redis.url,
      server,
      admin,
      tokens,
      ids,
      newTokens,
      unseenTokens,
      start,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Autovacuum would start at any time and disturb only one server. The benchmark vacuums tables itself. */
async function stopAutovacuum(database: pg.Client): Promise<void> {
  await database.query('ALTER SYSTEM SET autovacuum = off');
  await database.query('SELECT pg_reload_conf()');
}

/** The settings of the image in production. Rate limits are on, but too high to apply. */
function settings(
  databaseUrl: string,
  redisUrl: string,
  secrets: Secrets,
  admin: World['admin'],
): NodeJS.ProcessEnv {
  const unlimited = '1000000/1s';
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    MALLOC_ARENA_MAX: '1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    JWT_ACCESS_SECRET: secrets.access,
    JWT_REFRESH_SECRET: secrets.refresh,
    ENCRYPTION_KEYS: newSecret(),
    WEBHOOK_NETWORKS: '127.0.0.0/8',
    ACCESS_TOKEN_TTL: '1h',
    REGISTRATION: 'closed',
    MAIL_URL: 'none',
    TRUST_PROXY: '0',
    METRICS_TOKEN,
    RATE_LIMIT_READ: unlimited,
    RATE_LIMIT_WRITE: unlimited,
    RATE_LIMIT_SERVICE_READ: unlimited,
    RATE_LIMIT_SERVICE_WRITE: unlimited,
    RATE_LIMIT_LOGIN: unlimited,
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    SHUTDOWN_DELAY: '0',
  };
}

/** Starts a program that serves /health/live on the PORT in its environment, which is a free port. */
export function startProgram(
  args: string[],
  env: NodeJS.ProcessEnv,
  logFile: string,
): Promise<Running> {
  return onFreePort((port) => startOnPort(port, args, env, logFile));
}

async function startOnPort(
  port: number,
  args: string[],
  environment: NodeJS.ProcessEnv,
  logFile: string,
): Promise<Running> {
  const url = `http://127.0.0.1:${port}`;
  const env = { ...environment, PORT: String(port) };
  const log = await open(logFile, 'w');
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  for (;;) {
    const answer = await fetch(`${url}/health/live`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null) throw new Error(await readFile(logFile, 'utf8'));
    await sleep(10);
  }
  return {
    url,
    residentMemory: () => residentMemory(child.pid),
    stop: () => terminate(child),
  };
}

/** MiB. */
function residentMemory(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
