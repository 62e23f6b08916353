/**
 * `npm run test:timing [-- --count 300]`: whether the time of an answer tells an account that exists
 * from one that does not. The rank statistic AUC is the chance that a known one takes longer than an
 * unknown one: 0.5 when time says nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';
import { buildIfOutdated } from '../../scripts/start/build.ts';
import { serverCommand } from '../../scripts/server-command.ts';

const PROJECT = join(import.meta.dirname, '../..');
const [LOWEST, HIGHEST] = [0.45, 0.55];
const KNOWN = 'known@example.com';
const UNKNOWN = 'unknown@example.com';

const { values } = parseArgs({ options: { count: { type: 'string', default: '300' } } });

/** What a stranger may ask of an address. */
const QUESTIONS: Readonly<Record<string, (email: string) => object>> = {
  '/auth/login': (email) => ({ email, password: 'not the password of anybody' }),
  '/auth/password/forgot': (email) => ({ email }),
  '/auth/activation/resend': (email) => ({ email }),
};

const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
const postgres = await startTemporaryPostgres();
await buildIfOutdated(PROJECT);
const { url, service } = await onFreePort(startServer);
try {
  await ask('/auth/register', { email: KNOWN, password: 'six crows over the harbour' });
  for (const [path, bodyOf] of Object.entries(QUESTIONS)) {
    const auc = await compare(path, bodyOf);
    const isSilent = auc >= LOWEST && auc <= HIGHEST;
    if (!isSilent) process.exitCode = 1;
    console.log(`${path.padEnd(26)} AUC ${auc.toFixed(3)} ${isSilent ? '' : 'TELLS THEM APART'}`);
  }
} finally {
  await service.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** In turn and in changing order, so that whatever else slows the machine hits both alike. */
async function compare(path: string, bodyOf: (email: string) => object): Promise<number> {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = -20; round < Number(values.count); round += 1) {
    const pair = [
      [KNOWN, known],
      [UNKNOWN, unknown],
    ] as const;
    for (const [email, times] of round % 2 === 0 ? pair : pair.toReversed()) {
      const time = await ask(path, bodyOf(email));
      if (round >= 0) times.push(time); // those before warm up
    }
  }
  const longer = known.flatMap((one) => unknown.map((other) => (one > other ? 1 : 0)));
  return longer.filter((is) => is === 1).length / longer.length;
}

/** @returns milliseconds until the whole answer was there */
async function ask(path: string, body: object): Promise<number> {
  const start = performance.now();
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  if (answer.status >= 500) throw new Error(`${path} answered ${answer.status}`);
  return performance.now() - start;
}

async function startServer(port: number) {
  const logFile = join(folder, 'server.log');
  const server = startService(process.execPath, serverCommand(PROJECT), {
    cwd: PROJECT,
    env: {
      NODE_ENV: 'test',
      PORT: String(port),
      DATABASE_URL: postgres.url,
      JWT_ACCESS_SECRET: 'a'.repeat(16) + crypto.randomUUID(),
      JWT_REFRESH_SECRET: 'r'.repeat(16) + crypto.randomUUID(),
      MESSAGES_DIR: join(folder, 'messages'),
      ACCOUNT_ACTIVATION: 'email',
      PASSWORD_MIN_LENGTH: '8',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'error',
      SHUTDOWN_DELAY: '0',
    },
    logFile,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
  });
  const address = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(`${address}/health/ready`)).ok;
  await waitUntilReady('The server', server, logFile, () => isReady().catch(() => false));
  return { url: address, service: server };
}
