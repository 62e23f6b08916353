/**
 * `npm run test:timing [-- --count 300]`: measures whether the response time distinguishes an existing
 * account from an unknown one, or a code that was used before from a wrong one. The rank statistic AUC
 * is the probability that the first takes longer than the second: 0.5 when there is no difference.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { onFreePort, startService, waitUntilReady } from '../../scripts/embedded/service.ts';
import { buildIfOutdated } from '../../scripts/start/build.ts';
import { otp, wrongOtp } from '../support/authenticator.ts';
import { serverCommand } from '../../scripts/server-command.ts';

const PROJECT = join(import.meta.dirname, '../..');
const [LOWEST, HIGHEST] = [0.45, 0.55];
const KNOWN = 'known@example.com';
const UNKNOWN = 'unknown@example.com';
const ADMIN = { username: 'keeper', password: 'four trees beyond the hill' };

const { values } = parseArgs({ options: { count: { type: 'string', default: '300' } } });

/** Requests about an address that need no log-in. */
const REQUESTS: Readonly<Record<string, (email: string) => object>> = {
  '/auth/login': (email) => ({ email, password: 'not the password of anybody' }),
  '/auth/password/forgot': (email) => ({ email }),
  '/auth/activation/resend': (email) => ({ email }),
};

type Send = () => Promise<number>;

const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
const postgres = await startTemporaryPostgres();
await buildIfOutdated(PROJECT);
const { url, service } = await onFreePort(startServer);
try {
  await ask('/auth/register', { email: KNOWN, password: 'six crows over the harbour' });
  for (const [path, bodyOf] of Object.entries(REQUESTS)) {
    report(
      path,
      await compare(
        () => ask(path, bodyOf(KNOWN)),
        () => ask(path, bodyOf(UNKNOWN)),
      ),
    );
  }
  report('/auth/step-up', await compareCodes());
} finally {
  await service.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function report(path: string, auc: number): void {
  const isIndistinguishable = auc >= LOWEST && auc <= HIGHEST;
  if (!isIndistinguishable) process.exitCode = 1;
  console.log(
    `${path.padEnd(26)} AUC ${auc.toFixed(3)} ${isIndistinguishable ? '' : 'DISTINGUISHABLE'}`,
  );
}

/** Alternates between both in changing order, so that other load slows both down equally. */
async function compare(sendOne: Send, sendOther: Send): Promise<number> {
  const one: number[] = [];
  const other: number[] = [];
  for (let round = -20; round < Number(values.count); round += 1) {
    const pair = [
      [sendOne, one],
      [sendOther, other],
    ] as const;
    for (const [send, times] of round % 2 === 0 ? pair : pair.toReversed()) {
      const time = await send();
      if (round >= 0) times.push(time); // the rounds before are a warm-up
    }
  }
  const longer = one.flatMap((first) => other.map((second) => (first > second ? 1 : 0)));
  return longer.filter((is) => is === 1).length / longer.length;
}

/** Compares a code that was used before with a wrong one. Both are refused. */
async function compareCodes(): Promise<number> {
  const account = { username: 'secured', password: 'six crows over the harbour' };
  await post('/users', account, (await post('/auth/login', ADMIN)).access_token);
  const { access_token: token } = await post('/auth/login', account);
  const { secret = '' } = await post('/users/me/mfa/totp', undefined, token);
  await post('/users/me/mfa/totp/confirm', { otp: otp(secret) }, token);
  const stepUp = (code: () => string) => () => ask('/auth/step-up', { otp: code() }, token);
  // Uses the current code up before the measured request.
  const used = async () => {
    await stepUp(() => otp(secret))();
    return stepUp(() => otp(secret))();
  };
  return compare(used, async () => {
    await stepUp(() => wrongOtp(secret))();
    return stepUp(() => wrongOtp(secret))();
  });
}

/** @returns milliseconds until the whole response was received */
async function ask(path: string, body: object, token?: string): Promise<number> {
  const start = performance.now();
  const answer = await send(path, body, token);
  await answer.text();
  if (answer.status >= 500) throw new Error(`${path} answered ${answer.status}`);
  return performance.now() - start;
}

async function post(
  path: string,
  body?: object,
  token?: string,
): Promise<Record<string, string | undefined>> {
  const answer = await send(path, body, token);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string | undefined>;
}

function send(path: string, body: object | undefined, token?: string): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  });
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
      ENCRYPTION_KEYS: 'e'.repeat(16) + crypto.randomUUID(),
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_PASSWORD: ADMIN.password,
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
