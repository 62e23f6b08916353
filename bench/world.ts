import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTemporaryPostgres } from '../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../scripts/embedded/redis.ts';
import { insertCustomers, newSecret, openSessions, type Secrets, someIds } from './dataset.ts';

/** PostgreSQL, Redis, customers, sessions: all that the servers under measurement share. */
export interface World {
  folder: string;
  /** Of PostgreSQL, with its log in `postgres.log`. */
  databaseFolder: string;
  database: pg.Client;
  /** Access tokens of as many sessions. */
  tokens: string[];
  /** Of existing customers. */
  ids: string[];
  /** The address of the built server. */
  server: string;
  /** Tokens of new sessions. */
  newTokens(kind: keyof Secrets, count: number): Promise<string[]>;
  /** Starts a program that answers at /health/live, and returns its address. */
  start(args: string[], port: number): Promise<string>;
  stop(): Promise<void>;
}

const SERVER_PORT = 3_900;

/** Starts the built server first, since it makes the tables. */
export async function startWorld(rows: number, nodeFlags: string[] = []): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-bench-'));
  const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startTemporaryRedis()]);
  const secrets = { access: newSecret(), refresh: newSecret() };
  const environment = settings(postgres.url, redis.url, secrets);
  const database = new pg.Client({ connectionString: postgres.url });
  const children: ChildProcess[] = [];
  const start = async (args: string[], port: number): Promise<string> => {
    const log = await open(join(folder, `${port}.log`), 'w');
    const env = { ...environment, PORT: String(port) };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    children.push(child);
    return ready(child, `http://127.0.0.1:${port}`);
  };
  const stop = async (): Promise<void> => {
    await database.end();
    await Promise.all(children.map(terminate));
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const server = await start([...nodeFlags, 'dist/main.js'], SERVER_PORT);
    await database.connect();
    const data = await load(database, rows, secrets);
    return { folder, databaseFolder: postgres.folder, database, start, stop, server, ...data };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function load(
  database: pg.Client,
  rows: number,
  secrets: Secrets,
): Promise<Pick<World, 'tokens' | 'ids' | 'newTokens'>> {
  process.stderr.write(`Loading ${rows} customers\n`);
  await insertCustomers(database, rows);
  const ids = await someIds(database, 2_000);
  const users = await database.query<{ id: string }>('SELECT id FROM users');
  const userId = users.rows[0]?.id ?? '';
  const newTokens: World['newTokens'] = (kind, count) =>
    openSessions(database, userId, secrets, kind, count);
  return { ids, newTokens, tokens: await newTokens('access', 1_000) };
}

/** As shipped for production; rate limits are on, but too high to limit. */
function settings(databaseUrl: string, redisUrl: string, secrets: Secrets): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    JWT_ACCESS_SECRET: secrets.access,
    JWT_REFRESH_SECRET: secrets.refresh,
    ACCESS_TOKEN_TTL: '1h',
    REGISTRATION: 'closed',
    MAIL_URL: 'none',
    RATE_LIMIT_READ: '1000000/1s',
    RATE_LIMIT_WRITE: '1000000/1s',
    ADMIN_USERNAME: 'bench',
    ADMIN_PASSWORD: newSecret(),
    SHUTDOWN_DELAY: '0',
  };
}

async function ready(child: ChildProcess, url: string): Promise<string> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`A server exited with ${child.exitCode}`);
    const answer = await fetch(`${url}/health/live`).catch(() => undefined);
    if (answer?.ok) return url;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
