import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startTemporaryPostgres,
  type TemporaryPostgres,
} from '../../../scripts/embedded/postgres.ts';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { now, readEvents, readFeed } from '../../support/feed.ts';
import { patience } from '../../support/patience.ts';
import { createDatabase, prepareTemplate } from '../../support/template.ts';

let postgres: TemporaryPostgres;
let first: TestApp;
let second: TestApp;
let token: string;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  await prepareTemplate(postgres.url);
  const url = await createDatabase(postgres.url, 'crashing');
  first = await startApp({ DATABASE_URL: url });
  second = await startSecondInstance(first);
  // It is off in other tests. A crash would then lose committed transactions.
  await first.query(`ALTER DATABASE crashing SET synchronous_commit = 'on'`);
  await untilBack(postgres.restart());
  token = (await first.account('admin')).token;
}, patience(60_000));
afterAll(async () => {
  await second.close();
  await first.close();
  await postgres.stop();
});

/** Waits until both instances can use PostgreSQL again. */
async function untilBack(restarted: Promise<void>): Promise<void> {
  await restarted;
  await eventually(async () => {
    const checks = [first, second].map((app) => app.get('/health/ready').catch(() => undefined));
    return (await Promise.all(checks)).every((answer) => answer?.status === 200);
  }, 'PostgreSQL');
}

/** Creates customers one after the other until `isOver`. */
async function createUntil(app: TestApp, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await app.post('customers', { name: 'Ada' }, { token }).catch(() => undefined);
  }
}

async function created(): Promise<string[]> {
  const rows = await first.query<{ id: string }>(
    `SELECT subject_id AS id FROM audit_events WHERE action = 'customer_created'`,
  );
  return rows.map(({ id }) => id).toSorted();
}

describe('GET /events after restarts and crashes of PostgreSQL', () => {
  test('returns exactly the changes that were committed', async () => {
    let cursor = await now(first, token);
    const seen: string[] = [];
    let isOver = false;
    const writers = [first, second].map((app) => createUntil(app, () => isOver));
    const read = async (app: TestApp) => {
      const { events, cursor: next } = await readFeed(app, token, cursor);
      seen.push(...events.map(({ data }) => data.id));
      cursor = next;
      return events.length;
    };
    try {
      for (const how of ['restart', 'crash', 'crash'] as const) {
        const before = seen.length;
        await eventually(
          async () => (await read(second)) > 0 && seen.length > before + 5,
          'events',
        );
        await untilBack(postgres[how]());
      }
    } finally {
      isOver = true;
      await Promise.all(writers);
    }
    // A transaction that the instances run by themselves can hold the last events back.
    const expected = await created();
    await eventually(async () => {
      await read(first);
      return seen.length >= expected.length;
    }, 'the end of the feed');
    expect(seen.toSorted()).toEqual(expected);
  });

  test('returns changes whose transaction id was also used before the crash', async () => {
    // PostgreSQL does not log transactions without writes. It uses their ids again after a crash.
    const client = await first.database.connect();
    for (let n = 0; n < 30; n += 1) {
      await client.query('BEGIN; SELECT pg_current_xact_id(); ROLLBACK');
    }
    client.release();
    const cursor = await now(first, token);
    await untilBack(postgres.crash());
    const before = new Set(await created());
    for (let n = 0; n < 40; n += 1) await first.post('customers', { name: 'Ada' }, { token });
    const { events } = await readEvents(second, token, cursor, 40);
    const later = (await created()).filter((id) => !before.has(id));
    expect(later).toHaveLength(40);
    expect(events.map(({ data }) => data.id).toSorted()).toEqual(later);
  });
});
