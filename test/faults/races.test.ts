import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../src/common/config/config.js';
import { SessionsService } from '../../src/sessions/sessions.service.js';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
} from '../support/app.ts';
import { testConfig } from '../support/config.ts';
import { type NewSession, SessionMaker } from '../support/sessions.ts';
import { isLong } from './form.ts';
import { type Outcome, send } from './http.ts';
import { patience } from '../support/patience.ts';

const RACES = isLong
  ? { refresh: 10_000, refreshAndLogOut: 1_000, logIn: 1_000 }
  : { refresh: 40, refreshAndLogOut: 25, logIn: 10 };
const CALLERS = 20;
/** The number of concurrent races, so that they also compete for connections. */
const CONCURRENT = 4;
const LIMIT = patience(isLong ? 3_600_000 : 60_000);
/** Milliseconds. More than a log-in takes, so that its rival arrives at any moment of the log-in. */
const HEAD_START = 80;
const ATTEMPTS = 10;

let first: TestApp;
let second: TestApp;
let ports: readonly number[];
let maker: SessionMaker;
let unavailable = 0;
/** Runs in parallel with the other tests, because it takes longer than reads look back. */
let slow: { account: Account; end: Promise<unknown> };
beforeAll(async () => {
  first = await startApp({ RATE_LIMIT: 'off', DATABASE_POOL: '10' }, PASSWORD_COST);
  second = await startSecondInstance(first);
  ports = [first, second].map(({ url }) => Number(new URL(url).port));
  maker = new SessionMaker(first.database, testConfig(first.environment));
  const account = await first.account();
  slow = { account, end: revokeSlowly(account.id).catch((error: unknown) => error) };
});
afterAll(async () => {
  await second?.close();
  await first?.close();
  if (isLong) console.log(`retries after 503: ${unavailable}`);
});

test(
  `POST /auth/refresh, ${CALLERS} concurrent calls, ${RACES.refresh} times: one new generation, one refresh token, no revocation`,
  { timeout: LIMIT },
  async () => {
    const sessions = await newSessions(RACES.refresh);
    let successors = 0;
    await forEach(sessions, async ({ refreshToken }) => {
      const answers = await Promise.all(onBoth(CALLERS, (port) => refresh(port, refreshToken)));
      expect(answers.map(({ status }) => status)).toEqual(Array(CALLERS).fill(200));
      successors += new Set(answers.map((answer) => pairOf(answer).refresh_token)).size;
    });
    expect(successors).toBe(RACES.refresh);
    const rows = await first.query(
      `SELECT generation, revoked_at, count(*)::int FROM sessions WHERE id = ANY($1) GROUP BY 1, 2`,
      [sessions.map(({ id }) => id)],
    );
    expect(rows).toEqual([{ generation: 2, revoked_at: null, count: RACES.refresh }]);
  },
);

test(
  `POST /auth/refresh during a log-out, ${RACES.refreshAndLogOut} times: no token stays valid`,
  { timeout: LIMIT },
  async () => {
    const sessions = await newSessions(RACES.refreshAndLogOut);
    await forEach(sessions, async ({ token, refreshToken }) => {
      const [loggedOut, ...answers] = await Promise.all([
        delay(randomInt(10)).then(() =>
          retryUnavailable(() => send(port(), 'POST', '/api/v1/auth/logout', token)),
        ),
        ...onBoth(4, async (port) => {
          await delay(randomInt(10));
          return refresh(port, refreshToken);
        }),
      ]);
      expect(loggedOut.status).toBe(204);
      const pairs = answers.filter(({ status }) => status === 200).map(pairOf);
      for (const pair of [...pairs, { access_token: token, refresh_token: refreshToken }]) {
        expect(await isRefused(pair)).toBe(true);
      }
    });
  },
);

describe(`POST /auth/login, ${RACES.logIn} times: no session stays active that is opened during`, () => {
  test('a password change', { timeout: LIMIT }, async () => {
    const body = { old_password: PASSWORD, new_password: `${PASSWORD}!` };
    const rival = ({ token }: NewSession) =>
      send(port(), 'PUT', '/api/v1/users/me/password', token, body);
    // A password change verifies and hashes, so it would finish last in nearly every race.
    expect(await raceLogIns(rival, { logInDelay: 120 })).toEqual([]);
  });

  test('a demotion', { timeout: LIMIT }, async () => {
    const admin = await newAdmin();
    const rival = ({ userId }: NewSession) =>
      send(port(), 'PATCH', `/api/v1/users/${userId}`, admin.token, { role: 'guest' });
    expect(await raceLogIns(rival, { newRole: 'guest' })).toEqual([]);
  });

  test('a deletion', { timeout: LIMIT }, async () => {
    const admin = await newAdmin();
    const rival = ({ userId }: NewSession) =>
      send(port(), 'DELETE', `/api/v1/users/${userId}`, admin.token);
    expect(await raceLogIns(rival)).toEqual([]);
  });
});

test('a transaction that revokes sessions is rolled back when it takes longer than reads look back', async () => {
  const { account, end } = slow;
  expect(await end).toMatchObject({ code: 'unavailable' });
  expect((await first.get('users/me', { token: account.token })).status).toBe(200);
  const revoked = 'SELECT FROM sessions WHERE user_id = $1 AND revoked_at IS NOT NULL';
  expect(await first.query(revoked, [account.id])).toEqual([]);
});

function revokeSlowly(userId: string): Promise<void> {
  const sessions = first.app.nest.get(SessionsService);
  return sessions.revokingTransaction(async (manager, revoke) => {
    await revoke({ kind: 'all_of_user', userId }, 'logout');
    for (let second = 0; second < 16; second += 4) await manager.query('SELECT pg_sleep(4)');
  });
}

/**
 * @param newRole the role in the token of a log-in that was later than the rival, which is allowed
 * @returns the sessions whose tokens are still accepted
 */
async function raceLogIns(
  rival: (session: NewSession) => Promise<Outcome>,
  { newRole, logInDelay = 0 }: { newRole?: string; logInDelay?: number } = {},
): Promise<string[]> {
  const users = await maker.users(RACES.logIn, { passwordHash: await hash(PASSWORD) });
  const sessions = await maker.sessions(users.map(({ id }) => id));
  const names = new Map(users.map(({ id, username }) => [id, username]));
  const survivors: string[] = [];
  const counts = { before_rival: 0, after_rival: 0 };
  await forEach(sessions, async (session) => {
    const body = { username: names.get(session.userId), password: PASSWORD };
    const [revoked, loggedIn] = await Promise.all([
      delay(randomInt(HEAD_START)).then(() => retryUnavailable(() => rival(session))),
      delay(logInDelay).then(() =>
        retryUnavailable(() => send(port(), 'POST', '/api/v1/auth/login', undefined, body)),
      ),
    ]);
    expect(revoked.status, revoked.text).toBeLessThan(300);
    expect([200, 401], loggedIn.text).toContain(loggedIn.status);
    counts[loggedIn.status === 200 ? 'before_rival' : 'after_rival'] += 1;
    if (loggedIn.status !== 200) return;
    const pair = pairOf(loggedIn);
    const { sid, role } = claimsOf(pair.access_token);
    if (role !== newRole && !(await isRefused(pair))) survivors.push(sid);
  });
  if (isLong) console.log(`log-ins against their rival: ${JSON.stringify(counts)}`);
  return survivors;
}

/** Whether both instances refuse both tokens. */
async function isRefused({ access_token, refresh_token }: Tokens): Promise<boolean> {
  const answers = await Promise.all([
    ...ports.map((port) =>
      retryUnavailable(() => send(port, 'GET', '/api/v1/users/me', access_token)),
    ),
    ...ports.map((port) => refresh(port, refresh_token)),
  ]);
  return answers.every(({ status }) => status === 401);
}

interface Tokens {
  access_token: string;
  refresh_token: string;
}

async function newSessions(count: number): Promise<NewSession[]> {
  const users = await maker.users(count);
  return maker.sessions(users.map(({ id }) => id));
}

async function newAdmin(): Promise<NewSession> {
  const [user] = await maker.users(1, { role: 'admin' });
  const [session] = await maker.sessions([user?.id ?? '']);
  if (!session) throw new Error('no session');
  return session;
}

function refresh(port: number, refreshToken: string): Promise<Outcome> {
  return retryUnavailable(() => send(port, 'POST', '/api/v1/auth/refresh', refreshToken));
}

/** Retries after 503, because a busy machine may be too slow for the time limits of the service. */
async function retryUnavailable(request: () => Promise<Outcome>): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await request();
    if (outcome.status !== 503 || attempt === ATTEMPTS) return outcome;
    unavailable += 1;
    await sleep(100 * attempt);
  }
}

/** Calls both instances alternately. */
function onBoth<T>(count: number, call: (port: number) => Promise<T>): Promise<T>[] {
  return Array.from({ length: count }, (_, at) => call(ports[at % 2] ?? 0));
}

function port(): number {
  return ports[randomInt(2)] ?? 0;
}

async function delay(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}

function pairOf({ text }: Outcome): Tokens {
  return JSON.parse(text) as Tokens;
}

function claimsOf(token: string): { sid: string; role: string } {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return JSON.parse(claims) as { sid: string; role: string };
}

async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}
