/**
 * Starts the built server with `npm run start:prod`, the settings of docker-compose.yml and generated
 * secrets, runs the tour of the README and stops the server with SIGTERM.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ensureDatabase, startTemporaryPostgres } from '../embedded/postgres.ts';
import { startTemporaryRedis } from '../embedded/redis.ts';
import { onFreePort, startService, waitUntilReady } from '../embedded/service.ts';
import type { Service } from '../embedded/service.ts';
import { readCompose } from './compose-file.ts';
import { takeTour } from './tour.ts';

const project = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'customer-api-'));
const logFile = join(folder, 'server.log');

const redis = await startTemporaryRedis();
const postgres = await startTemporaryPostgres();
try {
  const database = await ensureDatabase(postgres.url, 'customer_api');
  const { server, base } = await onFreePort((port) => startServer(port, database));
  await takeTour(base);
  await server.stop();
  assert.equal(server.exitCode(), 0, 'The server exits with code 0 after SIGTERM');
  console.log('The built server started in production, served the tour and stopped.');
} catch (error) {
  console.error(readFileSync(logFile, 'utf8'));
  throw error;
} finally {
  await Promise.all([redis.stop(), postgres.stop()]);
  rmSync(folder, { recursive: true });
}

async function startServer(
  port: number,
  databaseUrl: string,
): Promise<{ server: Service; base: string }> {
  const server = startService('npm', ['run', 'start:prod'], {
    cwd: project,
    env: { PATH: process.env.PATH, ...productionSettings(port, databaseUrl) },
    logFile,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
  });
  const base = `http://127.0.0.1:${port}`;
  await waitUntilReady('The server', server, logFile, () => isReady(base));
  return { server, base };
}

function productionSettings(port: number, databaseUrl: string): Record<string, string> {
  execFileSync(process.execPath, [join(project, 'scripts/compose/secrets.ts'), folder]);
  return {
    ...parseEnv(readFileSync(join(folder, 'api.env'), 'utf8')),
    ...readCompose().services['api']?.environment,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    PORT: String(port),
  };
}

/** Also waits until the server trusts Redis, which takes a moment. */
async function isReady(base: string): Promise<boolean> {
  const answer = await fetch(`${base}/health/ready`).catch(() => undefined);
  const health = (await answer?.json()) as { status?: string } | undefined;
  return health?.status === 'ok';
}
