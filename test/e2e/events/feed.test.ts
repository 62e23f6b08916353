import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { importFile } from '../../support/imports.ts';
import { expectProblem } from '../../support/problem.ts';
import { now, readEvents, readFeed } from '../../support/feed.ts';

let app: TestApp;
let admin: Account;
let token: string;
beforeAll(async () => {
  app = await startApp({ AUDIT_RETENTION: '30d' });
  admin = await app.account('admin');
  token = admin.token;
});
afterAll(() => app.close());

/** Bytes after a garbage collection. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function typesSince(cursor: string): Promise<string[]> {
  return (await readFeed(app, token, cursor)).events.map(({ type }) => type);
}

describe('GET /events', () => {
  test('from=now returns a cursor without events and without Link', async () => {
    await app.post('customers', { name: 'Before' }, { token });
    const { status, body, headers } = await app.get('events?from=now', { token });
    expect(status).toBe(200);
    expect(body.data).toEqual([]);
    expect(body.page).toEqual({ limit: 100, has_more: false, next_cursor: expect.any(String) });
    expect(headers.get('link')).toBeNull();
  });

  test('cursor returns the events that were committed since, with the current objects', async () => {
    const cursor = await now(app, token);
    const { body: customer } = await app.post('customers', { name: 'Ada' }, { token });
    const path = `customers/${customer.id}`;
    await app.patch(path, { country: 'GB' }, { token });
    await app.patch(path, { country: 'GB' }, { token }); // changes nothing
    const { events } = await readEvents(app, token, cursor, 2);
    const { body: current } = await app.get(path, { token });
    expect(events).toMatchObject([
      { type: 'customer.created', data: { id: customer.id, version: 1, object: current } },
      { type: 'customer.updated', data: { id: customer.id, version: 2, object: current } },
    ]);
    expect(events[0]?.id).not.toBe(events[1]?.id);
  });

  test('from=start returns the first page with a Link to the next', async () => {
    for (const name of ['One', 'Two']) await app.post('customers', { name }, { token });
    await now(app, token); // all of them are visible
    const first = await app.get('events?from=start&limit=1', { token });
    const path = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const next = await app.get(path, { token });
    expect(next.status, next.text).toBe(200);
    expect(next.body.data).toHaveLength(1);
    expect(next.body.data[0].id).not.toBe(first.body.data[0].id);
  });

  test('returns the deletion, restoration and erasure of a customer', async () => {
    const start = await now(app, token);
    const { body: customer } = await app.post('customers', { name: 'Ada' }, { token });
    const path = `customers/${customer.id}`;
    const { cursor } = await readEvents(app, token, start, 1);
    await app.delete(path, { token });
    const deleted = await readEvents(app, token, cursor, 1);
    expect(deleted.events).toMatchObject([
      { type: 'customer.deleted', data: { id: customer.id, version: 2, object: null } },
    ]);
    await app.post(`${path}/restore`, undefined, { token });
    await app.post(`${path}/erase`, undefined, { token });
    const erased = await readEvents(app, token, deleted.cursor, 2);
    expect(erased.events).toMatchObject([
      { type: 'customer.restored', data: { version: 3, object: null } },
      { type: 'customer.erased', data: { version: 4, object: null } },
    ]);
  });

  test('returns one event for each update of a user, whatever it changes', async () => {
    const cursor = await now(app, token);
    const { body: user } = await app.post(
      'users',
      { username: `u-${randomUUID().slice(0, 8)}` },
      { token },
    );
    await app.patch(
      `users/${user.id}`,
      { name: 'Ada', role: 'viewer', status: 'disabled' },
      { token },
    );
    await app.delete(`users/${user.id}`, { token });
    const { events } = await readEvents(app, token, cursor, 3);
    expect(events).toMatchObject([
      { type: 'user.created', data: { id: user.id, version: 1, object: null } },
      { type: 'user.updated', data: { id: user.id, version: 2, object: null } },
      { type: 'user.deleted', data: { id: user.id, version: 3, object: null } },
    ]);
    expect(JSON.stringify(events)).not.toContain('password');
  });

  test('returns an address that is set aside to admins only', async () => {
    const { token: viewer } = await app.account('viewer');
    const cursor = await now(app, token);
    const { id } = await app.account();
    await app.query(
      `UPDATE users SET pending_email = 'new@example.com', pending_email_until = now() + interval '1 h' WHERE id = $1`,
      [id],
    );
    const { body } = await app.patch(`users/${id}`, { name: 'Ada' }, { token });
    expect(body.pending_email).toBe('new@example.com');
    const { events: shown } = await readEvents(app, token, cursor, 1);
    expect(shown.at(-1)?.data.object).toMatchObject({ id, pending_email: 'new@example.com' });
    const { events: hidden } = await readEvents(app, viewer, cursor, 1);
    expect(hidden.at(-1)?.data.object).toMatchObject({ id, name: 'Ada' });
    expect(hidden.at(-1)?.data.object).not.toHaveProperty('pending_email');
  });

  test('returns an event for every customer of an import', async () => {
    const cursor = await now(app, token);
    const lines = Array.from({ length: 250 }, (_, n) =>
      JSON.stringify({ external_id: `feed-${n}` }),
    );
    expect(await importFile(app, token, 'ndjson', lines.join('\n'))).toMatchObject({
      created: 250,
    });
    const { events } = await readEvents(app, token, cursor, 250, 100);
    expect(new Set(events.map(({ data }) => data.object?.['external_id'])).size).toBe(250);
    expect(
      events.every(({ type, data }) => type === 'customer.created' && data.version === 1),
    ).toBe(true);
  });

  test('types filters the events, and the cursor is only valid with the same types', async () => {
    const { body } = await app.get('events?from=now&types=user.created,user.deleted', { token });
    const cursor = body.page.next_cursor;
    await app.post('customers', { name: 'Ada' }, { token });
    const { body: user } = await app.post(
      'users',
      { username: `u-${randomUUID().slice(0, 8)}` },
      { token },
    );
    const swapped = `events?types=user.deleted,user.created&cursor=${cursor}`;
    await expect
      .poll(async () => (await app.get(swapped, { token })).body.data)
      .toMatchObject([{ type: 'user.created', data: { id: user.id } }]);
    expectProblem(await app.get(`events?cursor=${cursor}`, { token }), 400, 'validation_failed');
    expectProblem(
      await app.get(`events?types=user.created&cursor=${cursor}`, { token }),
      400,
      'validation_failed',
    );
  });

  test('limit splits the events into pages without a gap', async () => {
    const cursor = await now(app, token);
    for (let n = 0; n < 5; n += 1) await app.post('customers', { name: `Ada ${n}` }, { token });
    await readEvents(app, token, cursor, 5);
    const first = await app.get(`events?limit=3&cursor=${cursor}`, { token });
    expect(first.body.data).toHaveLength(3);
    expect(first.body.page).toMatchObject({ limit: 3, has_more: true });
    expect(first.headers.get('link')).toContain('rel="next"');
    expect(await typesSince(first.body.page.next_cursor)).toHaveLength(2);
  });

  test('sorts transactions by number, 99 before 100', async () => {
    const other = await startApp();
    try {
      const { token } = await other.account('admin');
      const ids = Array.from({ length: 6 }, () => randomUUID());
      await other.query(
        `INSERT INTO audit_events (action, outcome, subject_id, subject_version, tx)
         SELECT 'customer_created', 'success', id, 1, 96 + n
         FROM unnest($1::uuid[]) WITH ORDINALITY AS event (id, n)`,
        [ids],
      );
      const start = await other.get('events?from=start&limit=1', { token });
      const { events } = await readFeed(other, token, start.body.page.next_cursor, 2);
      const seen = [...start.body.data, ...events].map(({ data }) => data.id);
      expect(seen).toEqual(ids);
    } finally {
      await other.close();
    }
  });

  test('uses constant memory for 20,000 events', async () => {
    let cursor = await now(app, token);
    await app.query(
      `INSERT INTO audit_events (action, outcome, subject_type, subject_id, subject_version)
       SELECT 'customer_created', 'success', 'customer', gen_random_uuid(), 1
       FROM generate_series(1, 20000)`,
    );
    const heap: number[] = [];
    let events = 0;
    while (events < 20_000) {
      const { body } = await app.get(`events?limit=1000&cursor=${cursor}`, { token });
      events += body.data.length;
      cursor = body.page.next_cursor;
      if (events === 5_000 || events === 20_000) heap.push(usedHeap());
    }
    const [early = 0, late = Infinity] = heap;
    expect(late - early).toBeLessThan(2 ** 20); // 15,000 events would take more
  });

  test.each([
    ['events', 'from', 'one_of'],
    ['events?from=now&cursor=x', 'from', 'one_of'],
    ['events?from=later', 'from', 'enum'],
    ['events?from=now&types=', 'types', 'length'],
    ['events?from=now&types=customer.created,other', 'types', 'enum'],
    ['events?from=now&limit=1001', 'limit', 'range'],
    ['events?cursor=AAAA', 'cursor', 'format'],
  ])('GET /%s answers 400 for %s', async (path, parameter, code) => {
    const answer = await app.get(path, { token });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toMatchObject([{ parameter, code }]);
  });

  test('answers 403 to a guest', async () => {
    const guest = await app.account('guest');
    expectProblem(await app.get('events?from=now', { token: guest.token }), 403, 'forbidden');
  });

  test('returns neither an uncommitted change nor any later one until the commit', async () => {
    const cursor = await now(app, token);
    const writer = await app.database.connect();
    try {
      await writer.query('BEGIN');
      await writer.query(`INSERT INTO customers (name) VALUES ('open')`); // takes a transaction id
      await app.post('customers', { name: 'Later' }, { token });
      expect(await typesSince(cursor)).toEqual([]);
      await writer.query('COMMIT');
    } finally {
      writer.release();
    }
    await expect.poll(() => typesSince(cursor)).toEqual(['customer.created']);
  });

  test('GET /metrics contains events_held_seconds', async () => {
    const { text } = await app.get('/metrics');
    expect(text).toMatch(/^events_held_seconds [0-9.]+$/m);
  });
});

describe('GET /events answers 410 cursor_expired', () => {
  test('for a cursor of another database', async () => {
    const other = await startApp();
    try {
      const cursor = await now(other, (await other.account('admin')).token);
      expectProblem(await app.get(`events?cursor=${cursor}`, { token }), 410, 'cursor_expired');
    } finally {
      await other.close();
    }
  });

  test('for a cursor older than AUDIT_RETENTION', async () => {
    const cursor = await now(app, token);
    const brief = await startSecondInstance(app, { AUDIT_RETENTION: '1s' });
    try {
      await expect
        .poll(async () => (await brief.get(`events?cursor=${cursor}`, { token })).status)
        .toBe(410);
    } finally {
      await brief.close();
    }
  });

  test('for a cursor from before the table was restored from a backup', async () => {
    const cursor = await now(app, token);
    await app.query('CREATE TABLE copy (LIKE audit_events INCLUDING ALL)');
    await app.query('INSERT INTO copy SELECT * FROM audit_events');
    await app.query('ALTER TABLE audit_events RENAME TO restored_away');
    await app.query('ALTER TABLE copy RENAME TO audit_events');
    expectProblem(await app.get(`events?cursor=${cursor}`, { token }), 410, 'cursor_expired');
    expect((await app.get('events?from=start', { token })).status).toBe(200);
  });
});
