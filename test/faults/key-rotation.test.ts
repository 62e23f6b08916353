import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase, dropDatabase } from '../support/template.ts';
import { buildServer } from '../support/build.ts';
import { send } from './http.ts';
import { Instance } from './instance.ts';
import { patience, SLOWNESS } from '../support/patience.ts';
import { newRedisDatabase } from '../support/redis-database.ts';

/** Short, because the last step waits for it, but longer than any pause of this machine. */
const ACCESS_SECONDS = Math.ceil(4 * SLOWNESS);
const SESSION_SECONDS = 2 * ACCESS_SECONDS;
/** The part of its lifetime for which a token is used, so that none expires in an in-flight request. */
const USED_PART = 0.75;
const WORKERS = 4;
/** Milliseconds between two uses of a token. Without a pause the callers occupy both processors. */
const USE_PAUSE = 100;
const USERNAME = 'rotation';
const PASSWORD = 'correct horse battery staple';

const secret = () => randomBytes(48).toString('base64');
const [access, oldRefresh, newRefresh] = [secret(), secret(), secret()];
const [oldKey, newKey] = [privateKey(), privateKey()];

/** The change from HS256 to ES256, followed by one rotation of both kinds of keys. */
const STEPS: { name: string; settings: Record<string, string>; wait?: number }[] = [
  {
    name: 'ES256 signs, the new keys are appended',
    settings: {
      JWT_ALGORITHM: 'ES256',
      JWT_ACCESS_PRIVATE_KEYS: `${oldKey},${newKey}`,
      JWT_REFRESH_SECRET: `${oldRefresh},${newRefresh}`,
    },
  },
  {
    name: 'the new keys are moved to the front',
    settings: {
      JWT_ALGORITHM: 'ES256',
      JWT_ACCESS_PRIVATE_KEYS: `${newKey},${oldKey}`,
      JWT_REFRESH_SECRET: `${newRefresh},${oldRefresh}`,
    },
  },
  {
    name: 'the old keys are removed after the lifetime of a token',
    wait: SESSION_SECONDS,
    settings: {
      JWT_ALGORITHM: 'ES256',
      JWT_ACCESS_PRIVATE_KEYS: newKey,
      JWT_REFRESH_SECRET: newRefresh,
    },
  },
];

const database = `test_${randomBytes(8).toString('hex')}`;
let dist: string;
let environment: Record<string, string>;
let instances: [Instance, Instance];
beforeAll(async () => {
  dist = await buildServer();
  environment = {
    NODE_ENV: 'test',
    SHUTDOWN_DELAY: '0',
    RATE_LIMIT: 'off',
    SESSIONS_PER_USER: '1000',
    ACCESS_TOKEN_TTL: `${ACCESS_SECONDS}s`,
    REFRESH_TOKEN_TTL: `${SESSION_SECONDS}s`,
    DATABASE_URL: await createDatabase(inject('postgresUrl'), database),
    REDIS_URL: await newRedisDatabase(),
    JWT_ACCESS_SECRET: access,
    JWT_REFRESH_SECRET: oldRefresh,
    JWT_ACCESS_PRIVATE_KEYS: oldKey, // already accepted before it signs
  };
  instances = [await Instance.start(dist, environment), await Instance.start(dist, environment)];
  const body = { username: USERNAME, password: PASSWORD };
  const { status, text } = await send(
    instances[0].port,
    'POST',
    '/api/v1/auth/register',
    undefined,
    body,
  );
  if (status !== 201) throw new Error(text);
}, patience(180_000));
afterAll(async () => {
  for (const instance of instances ?? []) await instance.kill();
  await dropDatabase(inject('postgresUrl'), database);
});

test(
  'no token is refused while keys are rotated by rolling restarts',
  {
    timeout: patience(180_000),
  },
  async () => {
    const load = new Load(() => instances.map(({ port }) => port));
    let lastStop = performance.now();
    for (const { settings, wait = 0 } of STEPS) {
      // Wait until every token has expired that an instance of the previous step signed.
      await sleep(Math.max(0, lastStop + wait * 1_000 - performance.now()));
      for (const at of [0, 1] as const) {
        const { port } = instances[at];
        await instances[at].stop();
        lastStop = performance.now();
        instances[at] = await Instance.start(dist, { ...environment, ...settings }, port);
      }
      await load.until(({ access, refresh }, before) => {
        return access >= before.access + 70 && refresh >= before.refresh + 7;
      });
    }
    const { accepted, refused } = await load.stop();
    expect(refused).toEqual([]);
    expect(accepted.access).toBeGreaterThan(200);
    expect(accepted.refresh).toBeGreaterThan(20);
    expect([...load.algorithms]).toEqual(['HS256', 'ES256']);
    expect(load.keyIds.size).toBe(3);
  },
);

interface Accepted {
  access: number;
  refresh: number;
}

interface Pair {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
}

/** Users who log in, read and refresh, at any instance that answers. */
class Load {
  readonly algorithms = new Set<string>();
  readonly keyIds = new Set<string>();
  private readonly accepted: Accepted = { access: 0, refresh: 0 };
  private readonly refused: string[] = [];
  private isRunning = true;
  private readonly work: Promise<void>[];

  constructor(private readonly ports: () => number[]) {
    this.work = Array.from({ length: WORKERS }, (_, at) => this.visit(at));
  }

  /** Waits until enough requests have been accepted since the call, or one has been refused. */
  async until(isEnough: (accepted: Accepted, before: Accepted) => boolean): Promise<void> {
    const before = { ...this.accepted };
    while (!isEnough(this.accepted, before) && this.refused.length === 0) await sleep(20);
  }

  async stop(): Promise<{ accepted: Accepted; refused: string[] }> {
    this.isRunning = false;
    await Promise.all(this.work);
    return { accepted: this.accepted, refused: this.refused };
  }

  private async visit(at: number): Promise<void> {
    while (this.isRunning) {
      const body = { username: USERNAME, password: PASSWORD };
      const loggedIn = await this.call(at, 'POST', 'auth/login', undefined, body);
      let pair = this.note(loggedIn.text);
      const end = performance.now() + USED_PART * SESSION_SECONDS * 1_000;
      while (this.isRunning && performance.now() < end) {
        await this.useFor(at, pair, 1_000 + 500 * (at % 3));
        const refreshed = await this.call(at, 'POST', 'auth/refresh', pair.refresh_token);
        if (refreshed.status !== 200) break;
        this.accepted.refresh += 1;
        pair = this.note(refreshed.text);
      }
    }
  }

  private async useFor(at: number, pair: Pair, milliseconds: number): Promise<void> {
    const end = performance.now() + Math.min(milliseconds, USED_PART * pair.expires_in * 1_000);
    while (this.isRunning && performance.now() < end) {
      const { status } = await this.call(at, 'GET', 'users/me', pair.access_token);
      if (status === 200) this.accepted.access += 1;
      await sleep(USE_PAUSE);
    }
  }

  /** Uses the other instance while the first one restarts. */
  private async call(at: number, method: string, path: string, token?: string, body?: unknown) {
    for (let attempt = at; ; attempt += 1) {
      const port = this.ports()[attempt % 2] ?? 0;
      const outcome = await send(port, method, `/api/v1/${path}`, token, body);
      if (outcome.status === 200) return outcome;
      if (outcome.status !== 0) {
        this.refused.push(`${method} ${path}: ${outcome.status} ${outcome.text}`);
        return outcome;
      }
      await sleep(10);
    }
  }

  private note(text: string): Pair {
    const pair = JSON.parse(text) as Pair;
    const header = Buffer.from(pair.access_token.split('.')[0] ?? '', 'base64url').toString();
    const { alg, kid } = JSON.parse(header) as { alg: string; kid: string };
    this.algorithms.add(alg);
    this.keyIds.add(kid);
    return pair;
  }
}

function privateKey(): string {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}
