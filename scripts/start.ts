/**
 * `npm start`: starts the server and its services on a machine that has only Node.js. Values in the
 * environment or `.env` (DATABASE_URL, REDIS_URL, secrets, ...) take precedence.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedCustomers } from './demo/seed-customers.ts';
import { seedServiceAccount } from './demo/seed-service-account.ts';
import { ensureDatabase, startPostgres } from './embedded/postgres.ts';
import { startRedis } from './embedded/redis.ts';
import { startService } from './embedded/service.ts';
import type { Service } from './embedded/service.ts';
import { buildIfOutdated, startNest } from './start/build.ts';
import { lockFolder, unlockFolder } from './start/lock.ts';
import { explain, requireDatabase, unknownSettings } from './start/problems.ts';
import { readOrCreateSecrets } from './start/secrets.ts';
import {
  chooseAddress,
  healthUrl,
  loadEnvironmentFile,
  serverEnvironment,
  valueOf,
  writeEnvironmentFile,
} from './start/settings.ts';
import { welcome } from './start/welcome.ts';
import { serverCommand } from './server-command.ts';

const project = join(import.meta.dirname, '..');
const data = join(project, 'data');
const lockFile = join(data, 'start.lock');
/** For commands that use the database of the running server, such as customers:import. */
const environmentFile = join(data, 'server.env');

/** In the order of their start. They are stopped in reverse order. */
const services: Service[] = [];
let stopRequestedAt: number | undefined;

/** Runs until the server exits or is stopped, and then exits this process. */
export async function start({ isWatching }: { isWatching: boolean }): Promise<never> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void onStopSignal());
  }
  stopWhenNpmIsGone();
  let code = 1;
  try {
    code = await run(isWatching);
  } catch (error) {
    if (stopRequestedAt === undefined) console.error(explain(error, project));
  }
  // A requested stop exits the process itself when everything has stopped.
  if (stopRequestedAt !== undefined) await new Promise(() => undefined);
  await stopAll();
  process.exit(code);
}

async function run(isWatching: boolean): Promise<number> {
  loadEnvironmentFile(project);
  const address = await chooseAddress();
  // Other users may enter the folder, because PostgreSQL runs as one for root. The files are private.
  mkdirSync(data, { recursive: true, mode: 0o711 });
  lockFolder(lockFile);
  process.once('exit', () => unlockFolder(lockFile));
  const secrets = readOrCreateSecrets(join(data, 'secrets.json'));
  const [database, redis] = await together(
    startDatabase(),
    startCache(),
    isWatching ? undefined : buildIfOutdated(project, console.log),
  );
  if (!isWatching) for (const line of await unknownSettings(project)) console.warn(line);
  const env: NodeJS.ProcessEnv = {
    NODE_COMPILE_CACHE: join(data, 'compile-cache'), // halves the time of later starts
    ...serverEnvironment(secrets, address, database.url, redis.url),
  };
  writeEnvironmentFile(environmentFile, env);
  process.once('exit', () => rmSync(environmentFile, { force: true }));
  const server = startServer(env, isWatching);
  services.push(server);
  await waitUntilUp(server, healthUrl(address, env.OPS_PORT), isWatching ? Infinity : 120_000);
  if (server.exitCode() === undefined) {
    const addedCustomers = database.isOurs ? await seedCustomers(database.url, 1000) : 0;
    if (addedCustomers > 0) await seedServiceAccount(database.url);
    const isPasswordOurs = env.ADMIN_PASSWORD === secrets.adminPassword;
    const { url } = address;
    const texts = { database: database.text, redis: redis.text, addedCustomers };
    console.log(await welcome({ url, env, isPasswordOurs, ...texts }));
  }
  return runUntilEnd(server, database.service);
}

/** Waits for all of them even if one fails, because the services of the others must be stopped. */
async function together<T extends readonly unknown[]>(
  ...work: T
): Promise<{ -readonly [At in keyof T]: Awaited<T[At]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function startDatabase() {
  const url = valueOf('DATABASE_URL', process.env);
  if (url) {
    await requireDatabase(url);
    return { url, isOurs: false, text: 'as set in DATABASE_URL', service: undefined };
  }
  const postgres = await startPostgres(join(data, 'postgres'));
  services.push(postgres.service);
  return {
    url: await ensureDatabase(postgres.url, 'customer_api'),
    isOurs: true,
    text: `embedded, data in ${postgres.folder}`,
    service: postgres.service,
  };
}

async function startCache(): Promise<{ url: string | undefined; text: string }> {
  const url = valueOf('REDIS_URL', process.env);
  if (url === '') return { url: undefined, text: 'not used (REDIS_URL is empty)' };
  if (url !== undefined) return { url, text: 'as set in REDIS_URL' };
  const redis = await startRedis(join(data, 'redis'));
  if (redis === undefined) {
    return { url: undefined, text: 'not used; install redis-server or valkey-server to use it' };
  }
  services.push(redis.service);
  return { url: redis.url, text: `embedded, data in ${redis.folder}` };
}

function startServer(env: NodeJS.ProcessEnv, isWatching: boolean): Service {
  if (isWatching) return startNest(project, ['start', '--watch', '--preserveWatchOutput'], env);
  return startService(process.execPath, serverCommand(project), {
    cwd: project,
    env,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
  });
}

async function waitUntilUp(server: Service, url: string, limit: number): Promise<void> {
  const deadline = Date.now() + limit;
  while (server.exitCode() === undefined) {
    if (await isReady(url)) return;
    if (Date.now() > deadline) throw new Error('The server is not ready after two minutes.');
    await sleep(100);
  }
}

async function isReady(url: string): Promise<boolean> {
  const signal = AbortSignal.timeout(5000);
  return fetch(url, { signal }).then(
    (response) => response.status === 200,
    () => false,
  );
}

async function runUntilEnd(server: Service, database: Service | undefined): Promise<number> {
  const serverEnd = server.exited.then((code) => ({ name: 'The server', code }));
  const databaseEnd = database?.exited.then(() => ({ name: 'The embedded PostgreSQL', code: 1 }));
  const end = await (databaseEnd ? Promise.race([serverEnd, databaseEnd]) : serverEnd);
  if (stopRequestedAt === undefined) console.error(`${end.name} ended (exit code ${end.code}).`);
  return end.code;
}

async function stopAll(): Promise<void> {
  for (const service of services.toReversed()) await service.stop();
}

async function onStopSignal(): Promise<void> {
  if (stopRequestedAt === undefined) {
    stopRequestedAt = Date.now();
    console.log('Stopping ...');
    await stopAll();
    process.exit(0);
  }
  // Under npm one Ctrl-C arrives twice: from the terminal and from npm.
  if (Date.now() - stopRequestedAt < 500) return;
  services.forEach((service) => service.force());
  await Promise.race([Promise.all(services.map((service) => service.exited)), sleep(2000)]);
  process.exit(130);
}

/** npm cannot forward SIGKILL. Without npm, this process could not be stopped from its terminal. */
function stopWhenNpmIsGone(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const isGone = (): boolean => process.ppid !== npm && stopRequestedAt === undefined;
  setInterval(() => isGone() && void onStopSignal(), 1000).unref();
}
