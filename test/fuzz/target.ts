import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase, startTemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { startTemporaryRedis } from '../../scripts/embedded/redis.ts';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';
import { buildIfOutdated } from '../../scripts/start/build.ts';
import { INSTANCES } from './instances.ts';
import type { Target } from './world.ts';
import { serverCommand } from '../../scripts/server-command.ts';

const PROJECT = join(import.meta.dirname, '../..');

/** Starts instances of the built server with new databases. `stop` removes everything. */
export async function startTargets(): Promise<{
  main: Target;
  strict: Target;
  stop: () => Promise<void>;
}> {
  await buildIfOutdated(PROJECT);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops.toReversed()) await stopOne();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const redis = await startTemporaryRedis();
    stops.push(() => redis.stop());
    const postgres = await startTemporaryPostgres();
    stops.push(() => postgres.stop());
    const admin = { username: 'keeper', password: secret() };
    const common = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      SHUTDOWN_DELAY: '0',
      JWT_ACCESS_SECRET: secret(),
      JWT_REFRESH_SECRET: secret(),
      ENCRYPTION_KEYS: secret(),
      MESSAGES_DIR: join(folder, 'messages'),
      ADMIN_USERNAME: admin.username,
      ADMIN_PASSWORD: admin.password,
    };
    const databaseUrl = (database: number) => ensureDatabase(postgres.url, `fuzz_${database}`);
    const start = async (name: keyof typeof INSTANCES, database: number): Promise<string> => {
      const server = await startServer(folder, {
        ...common,
        ...INSTANCES[name],
        DATABASE_URL: await databaseUrl(database),
        REDIS_URL: `${redis.url}/${database}`,
      });
      stops.push(() => server.stop());
      return server.url;
    };
    const shared = { messagesDir: common.MESSAGES_DIR, admin };
    const main = {
      url: await start('main', 1),
      impatientUrl: await start('impatient', 1),
      databaseUrl: await databaseUrl(1),
      ...shared,
    };
    const strict = {
      ...main,
      url: await start('strict', 2),
      databaseUrl: await databaseUrl(2),
    };
    return { main, strict, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startServer(
  folder: string,
  variables: NodeJS.ProcessEnv,
): Promise<{ url: string; stop: () => Promise<void> }> {
  return onFreePort(async (port) => {
    const logFile = join(folder, `server-${port}.log`);
    const service = startService(process.execPath, serverCommand(PROJECT), {
      cwd: folder,
      env: { PORT: String(port), ...variables },
      logFile,
      stopSignal: 'SIGTERM',
      forceSignal: 'SIGKILL',
    });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady('The server', service, logFile, () => isReady(url));
    return { url, stop: service.stop };
  });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

function secret(): string {
  return randomBytes(48).toString('base64url');
}
