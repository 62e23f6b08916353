import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';
import { buildIfOutdated } from '../../scripts/start/build.ts';

const PROJECT = join(import.meta.dirname, '../..');

export interface BuiltServer {
  url: string;
  stop(): Promise<void>;
}

/** Variables of a server for tests, but for DATABASE_URL; instances that share them are one. */
export function builtServerVariables(): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    SHUTDOWN_DELAY: '0',
    RATE_LIMIT: 'off',
    JWT_ACCESS_SECRET: randomBytes(48).toString('base64url'),
    JWT_REFRESH_SECRET: randomBytes(48).toString('base64url'),
  };
}

/** The server as it is deployed, `dist/main.js`, built anew when a source has changed. */
export async function startBuiltServer(variables: NodeJS.ProcessEnv): Promise<BuiltServer> {
  await buildIfOutdated(PROJECT, () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
  const logFile = join(folder, 'server.log');
  const { url, service } = await onFreePort(async (port) => {
    const service = startService(process.execPath, [join(PROJECT, 'dist', 'main.js')], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: String(port), ...variables },
      logFile,
      stopSignal: 'SIGTERM',
      forceSignal: 'SIGKILL',
      temporaryFolder: folder,
    });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady('The server', service, logFile, () => isReady(url));
    return { url, service };
  });
  const stop = async (): Promise<void> => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
}
