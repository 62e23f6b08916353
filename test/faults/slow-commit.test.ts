import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../support/app.ts';
import { sessionOf } from '../support/tokens.ts';

/** Longer than each read looks back, and than the grace of a refresh. */
const HELD = 33_000;

let first: TestApp;
let second: TestApp;
let revoked: Account;
let refreshed: Account;
beforeAll(async () => {
  first = await startApp();
  second = await startSecondInstance(first);
  [revoked, refreshed] = await Promise.all([first.account(), first.account()]);
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

test(
  'a COMMIT that takes longer than reads look back is found by every instance, and no theft',
  { timeout: 2 * HELD },
  async () => {
    // What a log-out and a refresh write, in transactions whose COMMIT comes late.
    const client = await first.database.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = 'logout' WHERE id = $1`,
        [sessionOf(revoked.token)],
      );
      await client.query(
        `UPDATE sessions SET generation = 2, rotated_at = now(), last_used_at = now() WHERE id = $1`,
        [sessionOf(refreshed.token)],
      );
      await sleep(HELD);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    await sleep(1_000); // two reads
    for (const instance of [first, second]) {
      expect(await instance.isLive(revoked.token)).toBe(false);
      const retry = { refresh_token: refreshed.refreshToken };
      expect((await instance.post('auth/refresh', retry)).status).toBe(200);
    }
  },
);
