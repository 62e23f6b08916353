import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { canInstall, findProgram, install } from './apt.ts';
import { onFreePort, startService, waitUntilReady } from './service.ts';
import type { Service } from './service.ts';

export interface Redis {
  url: string;
  folder: string;
  service: Service;
  stop(): Promise<void>;
}

const DURABLE_SETTINGS = ['appendonly yes', 'save ""', 'maxmemory-policy noeviction'];
const TEST_SETTINGS = ['appendonly no', 'save ""', 'databases 1024'];
const run = promisify(execFile);

/** Starts a Redis that stores its data in `folder`. Undefined if none is installed. */
export async function startRedis(folder: string): Promise<Redis | undefined> {
  const binary = findRedis();
  if (binary === undefined) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const start = (port: number) => startOnPort(binary, folder, port, DURABLE_SETTINGS);
  const { url, service } = await onFreePort(start);
  return { url, folder, service, stop: service.stop };
}

/** Starts an empty Redis for tests. Installs it if possible. */
export async function startTemporaryRedis(): Promise<Redis> {
  const binary = findRedis() ?? (await installRedis());
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const start = (port: number) => startOnPort(binary, folder, port, TEST_SETTINGS, folder);
    const { url, service } = await onFreePort(start);
    return { url, folder, service, stop: () => service.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The path of `redis-server` or `valkey-server`. */
export function findRedis(): string | undefined {
  return findProgram('redis-server', 'valkey-server');
}

/** Installs Redis with apt-get if possible. @returns its path */
export async function installRedis(): Promise<string> {
  if (!canInstall()) throw new Error(missingRedis());
  await installProgram('redis-server');
  const binary = findRedis();
  if (binary === undefined) throw new Error(missingRedis());
  return binary;
}

/** Disables the service that Debian starts on port 6379, because only the program is needed. */
export async function installProgram(name: 'redis-server' | 'valkey-server'): Promise<void> {
  await install(name);
  await run('service', [name, 'stop']).catch(() => undefined);
  await run('update-rc.d', [name, 'disable']).catch(() => undefined);
}

function missingRedis(): string {
  return 'The tests need Redis: install redis-server or valkey-server with your package manager.';
}

async function startOnPort(
  binary: string,
  folder: string,
  port: number,
  settings: string[],
  temporaryFolder?: string,
): Promise<{ url: string; service: Service }> {
  const password = randomBytes(18).toString('base64url');
  const configFile = join(folder, 'redis.conf');
  // Uses a file, because every user of the machine can read a command line.
  const lines = ['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, ...settings];
  await writeFile(configFile, `${lines.join('\n')}\n`, { mode: 0o600 });

  const logFile = join(folder, 'redis.log');
  const service = startService(binary, [configFile], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    logFile,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
  });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  await waitUntilReady('Redis', service, logFile, () => answers(url));
  return { url, service };
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { connectTimeout: 2000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}
