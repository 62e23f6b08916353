import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChangeFeedRepository } from '../../../src/audit/change-feed.repository.js';
import { Housekeeping } from '../../../src/common/database/housekeeping.js';
import { DeliveryBodies } from '../../../src/webhooks/delivery/delivery-bodies.js';
import { startSecondInstance, type TestApp } from '../../support/app.ts';
import { ENCRYPTION_KEY } from '../../support/config.ts';
import { eventually } from '../../support/eventually.ts';
import { now } from '../../support/feed.ts';
import { WebhookScene } from '../../support/webhooks.ts';

const scene = new WebhookScene();
beforeAll(() => scene.start({ AUDIT_RETENTION: '30d' }));
afterAll(() => scene.stop());
beforeEach(() => scene.clear());

/** Stores events in one transaction, as an import does. @returns the ids of their subjects */
async function storedEvents(count: number, age = '0 days'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await scene.app.query(
    `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version, at)
     SELECT 'customer_created', 'success', 'customer', id, 1, now() - $2::interval
     FROM unnest($1::uuid[]) AS id`,
    [ids, age],
  );
  return ids;
}

async function counts(id: string): Promise<Record<string, number>> {
  const rows = await scene.app.query<{ state: string; count: number }>(
    `SELECT state, count(*)::int AS count FROM webhook_deliveries WHERE webhook_id = $1
     GROUP BY state`,
    [id],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

describe('two instances', () => {
  let second: TestApp;
  beforeAll(async () => {
    second = await startSecondInstance(scene.app);
  });
  afterAll(() => second.close());

  test('send each event to each webhook despite lost connections to PostgreSQL', async () => {
    const one = await scene.newWebhook();
    const two = await scene.newWebhook();
    const ids = await storedEvents(25);
    await eventually(() => scene.sink.at(one.path).length > 5, 'the first events');
    await scene.app.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name LIKE 'customer-api%'`,
    );
    ids.push(...(await storedEvents(25)));
    for (const { id, path } of [one, two]) {
      // Deliveries in flight at the loss of the connection wait until their lease expires.
      await eventually(async () => {
        await scene.app.query(
          `UPDATE webhook_deliveries SET due_at = now()
           WHERE state = 'pending' AND due_at < now() + interval '50 s'`,
        );
        return (await counts(id))['succeeded'] === ids.length;
      }, 'all deliveries');
      const sent = scene.sink.at(path).map(({ body }) => body.data.id);
      expect(new Set(sent)).toEqual(new Set(ids));
    }
    const duplicates = await scene.app.query(
      'SELECT FROM webhook_deliveries GROUP BY webhook_id, event_id HAVING count(*) > 1',
    );
    expect(duplicates).toEqual([]);
  });
});

describe('PATCH and DELETE /webhooks/{id} after the dispatcher has read the webhooks', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Runs `act` between the dispatcher's reads of webhooks and of events. */
  async function inBetween(act: () => Promise<void>): Promise<void> {
    const feed = scene.app.app.nest.get(ChangeFeedRepository);
    const frontier = feed.frontier.bind(feed);
    await new Promise<void>((resolve, reject) => {
      vi.spyOn(feed, 'frontier').mockImplementationOnce(async () => {
        await act().then(resolve, reject);
        return frontier();
      });
    });
  }

  test('apply new types to the next event', async () => {
    const { id, path } = await scene.newWebhook(['user.deleted']);
    await inBetween(async () => {
      const types = ['customer.created'];
      await scene.app.patch(`webhooks/${id}`, { types }, { token: scene.token });
      await scene.newCustomer();
    });
    expect(await scene.received(path)).toHaveLength(1);
  });

  test('apply a new URL to pending deliveries, and send nothing to a deleted webhook', async () => {
    const moved = await scene.newWebhook();
    const deleted = await scene.newWebhook();
    const { token } = scene;
    await inBetween(async () => {
      for (const { id } of [moved, deleted]) {
        await scene.app.post(`webhooks/${id}/test`, undefined, { token });
      }
      await scene.app.patch(`webhooks/${moved.id}`, { url: scene.sink.url('/moved') }, { token });
      await scene.app.delete(`webhooks/${deleted.id}`, { token });
    });
    await scene.received('/moved');
    const { id } = await scene.newWebhook();
    await scene.app.post(`webhooks/${id}/test`, undefined, { token });
    await scene.newestDelivery(id, ({ state }) => state === 'succeeded');
    expect([...scene.sink.at(moved.path), ...scene.sink.at(deleted.path)]).toEqual([]);
  });

  test('send no event that was leased before a pause, until the webhook resumes', async () => {
    const { id, path } = await scene.newWebhook();
    const { token } = scene;
    const bodies = scene.app.app.nest.get(DeliveryBodies);
    const compose = bodies.compose.bind(bodies);
    vi.spyOn(bodies, 'compose').mockImplementationOnce(async (deliveries) => {
      await scene.app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
      return compose(deliveries);
    });
    await scene.newCustomer();
    await scene.newestDelivery(id, ({ attempts }) => attempts === 1);
    const other = await scene.newWebhook();
    await scene.app.post(`webhooks/${other.id}/test`, undefined, { token });
    await scene.received(other.path);
    expect(scene.sink.at(path)).toEqual([]);
    await scene.app.patch(`webhooks/${id}`, { status: 'active' }, { token });
    await scene.skipWaits(id);
    expect(await scene.received(path)).toHaveLength(1);
  });
});

describe('a webhook that was paused', () => {
  test('gets all of 10,500 events, with at most 10,000 pending', async () => {
    scene.sink.answer = () => undefined; // never answers, so every delivery stays pending
    const { id } = await scene.newWebhook();
    const { token } = scene;
    await scene.app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
    const ids = await storedEvents(10_500);
    expect(await counts(id)).toEqual({});
    await scene.app.patch(`webhooks/${id}`, { status: 'active' }, { token });
    await eventually(async () => (await counts(id))['pending'] === 10_000, 'a full backlog');
    await scene.newCustomer();
    expect(await counts(id)).toEqual({ pending: 10_000 });
    await scene.app.query(
      `UPDATE webhook_deliveries SET state = 'succeeded', finished_at = now() WHERE attempts = 0`,
    );
    await eventually(async () => {
      const { pending = 0, succeeded = 0 } = await counts(id);
      return pending + succeeded === ids.length + 1;
    }, 'the rest');
    const subjects = await scene.app.query<{ id: string }>(
      'SELECT DISTINCT subject_id AS id FROM webhook_deliveries',
    );
    const delivered = new Set(subjects.map(({ id }) => id));
    expect(ids.filter((id) => !delivered.has(id))).toEqual([]);
  });
});

describe('housekeeping', () => {
  const run = () => scene.app.app.nest.get(Housekeeping).run();

  test('keeps events that an active webhook still needs', async () => {
    const early = await storedEvents(3, '60 days');
    await now(scene.app, scene.token); // a new webhook begins after them
    const { id } = await scene.newWebhook();
    scene.sink.answer = () => undefined;
    // A full backlog, so that its position does not move.
    await scene.app.query(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, type, event_at, subject_id, due_at)
       SELECT $1, new_id(), 'customer.created', now(), new_id(), now() + interval '1 day'
       FROM generate_series(1, 10000)`,
      [id],
    );
    const late = await storedEvents(3, '60 days');
    const kept = async (ids: string[]) => {
      const sql = 'SELECT FROM audit_events WHERE subject_id = ANY ($1)';
      return (await scene.app.query(sql, [ids])).length;
    };
    await run();
    expect(await kept(late)).toBe(3);
    expect(await kept(early)).toBe(0);
    await scene.app.patch(`webhooks/${id}`, { status: 'paused' }, { token: scene.token });
    await run();
    expect(await kept(late)).toBe(0);
  });

  test('deletes finished deliveries after 30 days, and all of deleted webhooks', async () => {
    const { id } = await scene.newWebhook();
    const { id: deleted } = await scene.newWebhook();
    await scene.app.query(
      `INSERT INTO webhook_deliveries (webhook_id, event_id, type, event_at, subject_id, state,
         due_at, created_at, finished_at)
       SELECT webhook, new_id(), 'customer.created', now(), new_id(), state, now() + interval '1 day',
         now() - age, CASE WHEN state = 'pending' THEN NULL ELSE now() - age END
       FROM unnest($1::uuid[]) AS webhook,
         unnest(ARRAY['pending', 'succeeded', 'failed']) AS state,
         unnest(ARRAY[interval '29 days', interval '31 days']) AS age`,
      [[id, deleted]],
    );
    await scene.app.delete(`webhooks/${deleted}`, { token: scene.token });
    await run();
    expect(await counts(id)).toEqual({ pending: 2, succeeded: 1, failed: 1 });
    expect(await scene.app.query('SELECT id FROM webhooks')).toEqual([{ id }]);
  });
});

test('a new first key in ENCRYPTION_KEYS re-encrypts the secrets of webhooks at the start', async () => {
  const { id, secret, path } = await scene.newWebhook();
  await scene.app.post(`webhooks/${id}/secret`, undefined, { token: scene.token });
  const keysInUse = async () => {
    const rows = await scene.app.query<{ one: string; two: string }>(
      `SELECT split_part(secret, '.', 2) AS one, split_part(previous_secret, '.', 2) AS two
       FROM webhooks`,
    );
    return rows.flatMap(({ one, two }) => [one, two]);
  };
  const [old] = await keysInUse();
  const newer = 'encryption-Zq8wE3rT6yU1iO4pA7sD0fG2hJ5kL9';
  const second = await startSecondInstance(scene.app, {
    ENCRYPTION_KEYS: `${newer},${ENCRYPTION_KEY}`,
  });
  try {
    const [one, two] = await keysInUse();
    expect(one).not.toBe(old);
    expect(two).toBe(one);
    await scene.newCustomer();
    // The first instance lacks the key, so only attempts of the second one succeed.
    await eventually(async () => {
      await scene.skipWaits(id);
      return scene.sink.at(path).length > 0;
    }, 'an event');
    const [event] = scene.sink.at(path);
    const headers = event?.headers as Record<string, string>;
    expect(() => new Webhook(secret).verify(event?.text ?? '', headers)).not.toThrow();
  } finally {
    await second.close();
  }
});
