import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { plansOf } from '../support/plans.ts';

const WEBHOOK = 'https://hooks.invalid/';
const TABLE = 'webhook_deliveries';

let app: TestApp;
let token: string;
let cursor: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
  // Events that are in the feed and events that are not, of many transactions.
  await app.query(
    `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version, tx)
     SELECT CASE WHEN n % 2 = 0 THEN 'customer_created' ELSE 'login' END, 'success', 'customer',
       gen_random_uuid(), 1, n % 500 + 3
     FROM generate_series(1, 40000) AS n`,
  );
  await app.query('ANALYZE audit_events');
  cursor = (await app.get('events?from=start&limit=1', { token })).body.page.next_cursor;
});
afterAll(() => app.close());

test.each([
  ['from=now', () => 'events?from=now'],
  ['a cursor', () => `events?cursor=${cursor}`],
  ['a large page', () => `events?limit=1000&cursor=${cursor}`],
])('GET /events with %s reads a range of the index without sorting', async (_, path) => {
  const plans = await plansOf(app, 'FROM audit_events e', () => app.get(path(), { token }));
  for (const plan of plans) {
    expect(plan).toContain('Index Scan');
    expect(plan).not.toContain('Seq Scan');
    expect(plan).not.toContain('Sort');
  }
});

test.each(['outcome=failure', 'outcome=failure&count=exact&limit=100'])(
  'GET /audit-events?%s reads only failures',
  async (query) => {
    const list = () => app.get(`audit-events?${query}`, { token });
    for (const plan of await plansOf(app, 'FROM audit_events', list)) {
      expect(plan).toContain('audit_events_failed_idx');
    }
  },
);

/** Created after the tests above, because the dispatcher of a webhook also reads the feed. */
describe('with a webhook', () => {
  let webhook: string;
  beforeAll(async () => {
    const body = { url: WEBHOOK, types: ['user.deleted'] };
    webhook = (await app.post('webhooks', body, { token })).body.id;
    await app.query(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, type, event_at, subject_id, state,
         finished_at, due_at)
       SELECT $1, new_id(), 'customer.created', now(), new_id(),
         CASE WHEN n % 20 = 0 THEN 'pending' WHEN n % 7 = 0 THEN 'failed' ELSE 'succeeded' END,
         CASE WHEN n % 20 > 0 THEN now() END, now() + interval '1 day'
       FROM generate_series(1, 40000) AS n`,
      [webhook],
    );
    await app.query('ANALYZE webhook_deliveries');
  });

  test.each(['', '?state=pending', '?state=succeeded', '?state=failed'])(
    'GET /webhooks/{id}/deliveries%s uses an index',
    async (query) => {
      const path = `webhooks/${webhook}/deliveries${query}`;
      const plans = await plansOf(app, `FROM ${TABLE}`, () => app.get(path, { token }));
      // The dispatcher, whose statements may be among them, reads the few webhooks without an index.
      for (const plan of plans) expect(plan).not.toContain(`Seq Scan on ${TABLE}`);
    },
  );

  test('the dispatcher of webhooks finds due and pending deliveries by an index', async () => {
    const { calls } = vi.spyOn(app.app.nest.get(DataSource), 'query').mock;
    const sent = () => new Set(calls.map(([sql]) => sql).filter((sql) => sql.includes(TABLE)));
    const plans = await plansOf(app, TABLE, () => {
      return eventually(() => sent().size >= 2, 'both statements');
    });
    for (const plan of plans) expect(plan).not.toContain(`Seq Scan on ${TABLE}`);
  });
});
