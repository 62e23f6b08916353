import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { PostgresRevocations } from '../../src/sessions/revocation/postgres-revocations.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { patience } from '../support/patience.ts';
import { sessionOf } from '../support/tokens.ts';
import { isLong } from './form.ts';

/**
 * Milliseconds for which the standby is absent. The shortest absence ends before the service stops
 * waiting. In the short form, the standby is absent until all requests have been answered with 503.
 */
const ABSENCES = isLong ? [5_000, 20_000, 60_000] : [0];

let direct: TestApp;
let one: TestApp;
let other: TestApp;
let admin: Account;
beforeAll(async () => {
  direct = await startApp(isLong ? {} : { REFRESH_GRACE: '5s' });
  admin = await direct.account('admin');
  const database = new URL(direct.databaseUrl).pathname.slice(1);
  // The other tests run with synchronous_commit off. Only connections to this database wait.
  await direct.query(`ALTER DATABASE ${database} SET synchronous_commit = 'on'`);
  [one, other] = await Promise.all([startSecondInstance(direct), startSecondInstance(direct)]);
});
afterEach(() => setStandby(''));
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()]);
  await direct?.close();
});

test.each(ABSENCES)(
  'when COMMIT waits %d ms for an absent standby, no revocation is lost and no retry counts as theft',
  async (absence) => {
    const { loggedOut, loggedOutEverywhere, refreshed, disabled, demoted, deleted, untouched } =
      await accounts();
    const customer = { external_id: `held-${absence}` };
    const create = (app: TestApp) =>
      app.post('customers', customer, {
        token: admin.token,
        headers: { 'idempotency-key': `held-${absence}` },
      });
    const refresh = (app: TestApp) =>
      app.post('auth/refresh', { refresh_token: refreshed.refreshToken });
    const requests = {
      logOut: (app: TestApp) => app.post('auth/logout', undefined, loggedOut),
      logOutEverywhere: (app: TestApp) =>
        app.post('auth/logout?scope=all', undefined, loggedOutEverywhere),
      disable: (app: TestApp) => app.patch(`users/${disabled.id}`, { status: 'disabled' }, admin),
      demote: (app: TestApp) => app.patch(`users/${demoted.id}`, { role: 'user' }, admin),
      remove: (app: TestApp) => app.delete(`users/${deleted.id}`, admin),
      refresh,
      create,
    };

    const earlier = await direct.account();
    expect((await one.post('auth/logout', undefined, earlier)).status).toBe(204);
    const probes = new Probes({ active: untouched.token, revoked: earlier.token });

    await setStandby('absent');
    await waitsForStandby();
    probes.start([one, other]);
    const answers = Object.values(requests).map((send, at) => send(at % 2 === 0 ? one : other));
    if (absence > 0) await sleep(absence);
    const early = absence === 0 || absence > 6_000 ? await Promise.all(answers) : [];
    expect(early.filter(({ status }) => status !== 503)).toEqual([]);
    expect(await waiting()).toBeGreaterThan(0); // COMMITs were held for the whole time
    const { wrong, longestPause } = await probes.stop();
    expect(wrong).toEqual([]);
    expect(longestPause).toBeLessThan(patience(3_000));
    await setStandby('');
    await Promise.all(answers);
    await eventually(async () => (await waiting()) === 0, 'the end of all COMMITs');

    // Clients retry. Those that refresh their tokens come first.
    const instances = [one, other, direct];
    const refreshes = await Promise.all(instances.map((instance) => refresh(instance)));
    expect(refreshes.map(({ status }) => status)).toEqual([200, 200, 200]);

    // Role changes wait for each other, so not all of them reached their COMMIT.
    const revoked = [loggedOut, loggedOutEverywhere, disabled, demoted, deleted];
    const committed = await revokedSessions();
    await Promise.all(instances.map(twoReads));
    expect(committed.size).toBeGreaterThanOrEqual(3);
    for (const instance of instances) {
      for (const { token } of revoked.filter((account) =>
        committed.has(sessionOf(account.token)),
      )) {
        expect(await instance.isActive(token)).toBe(false);
      }
      expect(await instance.isActive(untouched.token)).toBe(true);
    }
    for (const name of ['disable', 'demote', 'remove'] as const) {
      expect([200, 204, 404]).toContain((await requests[name](one)).status);
    }
    for (const instance of instances) {
      for (const { token } of revoked) expect(await instance.isActive(token)).toBe(false);
    }
    const retried = await Promise.all([create(one), create(other)]);
    expect(retried.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = retried.map(({ body }) => (body as { id: string }).id);
    expect(first).toBe(second);
    const created = `SELECT FROM audit_events WHERE action = 'customer_created' AND subject_id = $1`;
    expect(await direct.query(created, [first])).toHaveLength(1);
  },
  patience(120_000),
);

/** Probes both instances with an active and a revoked session while COMMITs wait. */
class Probes {
  private answers = 0;
  private longestPause = 0;
  private readonly wrong: string[] = [];
  private isRunning = true;
  private loops: Promise<void>[] = [];

  constructor(private readonly tokens: { active: string; revoked: string }) {}

  start(instances: readonly TestApp[]): void {
    this.loops = instances.map((instance) => this.run(instance));
  }

  /** @returns the wrong responses, and the longest time between two responses in milliseconds */
  async stop(): Promise<{ wrong: string[]; longestPause: number }> {
    this.isRunning = false;
    await Promise.all(this.loops);
    const { answers, wrong, longestPause } = this;
    console.info(`${answers} probes, at most ${Math.round(longestPause)} ms apart`);
    return { wrong, longestPause };
  }

  private async run(instance: TestApp): Promise<void> {
    const { active, revoked } = this.tokens;
    let last = performance.now();
    while (this.isRunning) {
      const probes = [active, revoked].map((token) => instance.get('users/me', { token }));
      const statuses = (await Promise.all(probes)).map(({ status }) => status).join();
      if (statuses !== '200,401') this.wrong.push(statuses);
      this.answers += 2;
      this.longestPause = Math.max(this.longestPause, performance.now() - last);
      last = performance.now();
      await sleep(25);
    }
  }
}

async function accounts() {
  const [loggedOut, loggedOutEverywhere, refreshed, disabled, demoted, deleted, untouched] =
    await Promise.all([
      direct.account(),
      direct.account(),
      direct.account(),
      direct.account(),
      direct.account('viewer'),
      direct.account(),
      direct.account(),
    ]);
  return { loggedOut, loggedOutEverywhere, refreshed, disabled, demoted, deleted, untouched };
}

async function revokedSessions(): Promise<Set<string>> {
  const rows = await direct.query<{ id: string }>(
    'SELECT id FROM sessions WHERE revoked_at IS NOT NULL',
  );
  return new Set(rows.map(({ id }) => id));
}

async function setStandby(names: string): Promise<void> {
  await direct.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
  await direct.query('SELECT pg_reload_conf()');
}

/** Waits for two reads, because only the second one is sure to begin after the call. */
async function twoReads(instance: TestApp): Promise<void> {
  const reads = vi.spyOn(instance.app.nest.get(PostgresRevocations), 'revokedSince');
  await eventually(() => reads.mock.settledResults.length >= 2, 'two reads of revoked sessions');
  reads.mockRestore();
}

/** The setting takes effect only a moment after the configuration is reloaded. */
async function waitsForStandby(): Promise<void> {
  const client = new pg.Client({ connectionString: direct.databaseUrl });
  await client.connect();
  const write = () => client.query(`SELECT pg_logical_emit_message(true, 'test', '')`);
  let last = write();
  await eventually(async () => {
    const isDone = await Promise.race([last.then(() => true), sleep(50, false)]);
    if (isDone) last = write();
    return (await waiting()) > 0;
  }, 'a waiting COMMIT');
  void last.then(() => client.end());
}

async function waiting(): Promise<number> {
  const [row] = await direct.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event = 'SyncRep'`,
  );
  return row?.count ?? 0;
}
