import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AuditEventsRepository } from '../../../src/audit/audit-events.repository.js';
import { RefusedRequests } from '../../../src/audit/refused-requests.js';
import { Housekeeping } from '../../../src/common/database/housekeeping.js';
import { Log } from '../../../src/common/logging/log.js';
import { type Account, startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let admin: Account;
const ACTOR = '01890a5d-ac96-774b-bcce-b302099a8057';
const DAY = 86_400_000;

beforeAll(async () => {
  app = await startApp({ AUDIT_RETENTION: '400d' });
  admin = await app.account('admin');
  await app.query(
    `INSERT INTO audit_events (at, action, outcome, actor_id, subject_id)
     SELECT timestamptz '2026-01-01Z' + n * interval '1 day', 'user_updated',
       CASE WHEN n % 2 = 0 THEN 'success' ELSE 'failure' END, $1,
       CASE WHEN n % 3 = 0 THEN $1::uuid END
     FROM generate_series(1, 30) AS n`,
    [ACTOR],
  );
});
afterAll(() => app.close());

function find(query: string, token = admin.token) {
  return app.get(`audit-events?${query}`, { token });
}

async function count(query: string): Promise<number> {
  const { status, text, body } = await find(`${query}&limit=100`);
  expect(status, text).toBe(200);
  return body.data.length;
}

describe.each(['PUT', 'PATCH'])(
  '%s /users/me with a role or status that the user may not set',
  (method) => {
    test.each([{ role: 'admin' }, { status: 'disabled' }])(
      'audits one denied event for repeated requests, %o',
      async (change) => {
        const { id, username, token } = await app.account();
        const body = { username, ...change };
        for (let times = 0; times < 2; times += 1) {
          expect((await app.send(method, 'users/me', { token, body })).status).toBe(403);
        }
        const events = (await find(`actor_id=${id}&action=denied`)).body.data;
        expect(events).toMatchObject([
          { outcome: 'failure', details: { method, route: '/api/v1/users/:id' } },
        ]);
      },
    );
  },
);

test('concurrent refused requests are all counted when a minute has passed', async () => {
  const { nest } = app.app;
  const refused = new RefusedRequests(nest.get(AuditEventsRepository), nest.get(Log));
  const { id } = await app.account();
  const user = { userId: id, ip: '127.0.0.1', requestId: 'refused' };
  const request = { method: 'GET', user, routeOptions: { url: '/refused' } };
  const count = () => refused.count(request as never);
  await count();
  await count();
  const minute = 60_000;
  await app.query(`UPDATE audit_events SET at = at - interval '1 minute' WHERE actor_id = $1`, [
    id,
  ]);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + minute);
  await Promise.all([count(), count(), count()]).finally(() => vi.restoreAllMocks());
  await refused.beforeApplicationShutdown();
  const { data } = (await find(`actor_id=${id}&action=denied`)).body;
  expect(data.map(({ details }: { details: { count: number } }) => details.count)).toEqual([3, 2]);
});

test('requests that are refused while the service stops are counted', async () => {
  const { nest } = app.app;
  const refused = new RefusedRequests(nest.get(AuditEventsRepository), nest.get(Log));
  const { id } = await app.account();
  const user = { userId: id, ip: '127.0.0.1', requestId: 'refused' };
  const request = { method: 'GET', user, routeOptions: { url: '/refused' } };
  await refused.count(request as never);
  await refused.beforeApplicationShutdown();
  for (let times = 0; times < 3; times += 1) await refused.count(request as never);
  const [event] = (await find(`actor_id=${id}&action=denied`)).body.data;
  expect(event.details.count).toBe(4);
});

describe('GET /audit-events', () => {
  test.each([
    [`actor_id=${ACTOR}`, 30],
    [`actor_id=${ACTOR.toUpperCase()}`, 30],
    [`actor_id=${ACTOR}&outcome=failure`, 15],
    [`subject_id=${ACTOR}`, 10],
    [`subject_id=${ACTOR}&outcome=success&action=user_updated`, 5],
    [`actor_id=${ACTOR}&action=login`, 0],
    [`actor_id=${ACTOR}&from=2026-01-11T00:00:00Z`, 21],
    [`actor_id=${ACTOR}&to=2026-01-11T00:00:00Z`, 10],
    [`actor_id=${ACTOR}&from=2026-01-11T00:00:00Z&to=2026-01-11T01:00:00%2B01:00`, 1],
  ])('%s returns %i events', async (query, expected) => {
    expect(await count(query)).toBe(expected);
  });

  test('returns each event once over all pages, newest first', async () => {
    const times: string[] = [];
    let cursor = '';
    do {
      const { body } = await find(`actor_id=${ACTOR}&limit=7${cursor}`);
      times.push(...body.data.map(({ at }: { at: string }) => at));
      cursor = body.page.has_more ? `&cursor=${body.page.next_cursor}` : '';
    } while (cursor !== '');
    expect(times).toHaveLength(30);
    const days = times.map((at) => (Date.parse(at) - Date.parse('2026-01-01T00:00:00Z')) / DAY);
    expect(days).toEqual(Array.from({ length: 30 }, (_, at) => 30 - at));
  });

  test.each([
    ['action=nothing', 'action', 'enum'],
    ['outcome=maybe', 'outcome', 'enum'],
    ['actor_id=me', 'actor_id', 'format'],
    ['from=2026-01-11', 'from', 'date'],
    ['to=yesterday', 'to', 'date'],
    ['sort=at', 'sort', 'unknown_field'],
  ])('answers 400 for %s', async (query, parameter, code) => {
    const { status, body } = await find(query);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ parameter, code, detail: expect.any(String) }]);
  });

  test('answers 400 for a cursor with other filters', async () => {
    const { body } = await find(`actor_id=${ACTOR}&limit=7`);
    const other = await find(`outcome=success&limit=7&cursor=${body.page.next_cursor}`);
    expect(other.status).toBe(400);
  });
});

test('housekeeping deletes audit events older than AUDIT_RETENTION', async () => {
  await app.query(
    `INSERT INTO audit_events (at, action, outcome, request_id)
     SELECT now() - n * interval '1 day', 'login', 'success', 'aged' FROM generate_series(399, 401, 2) n`,
  );
  await app.app.nest.get(Housekeeping).run();
  const aged = await app.query(`SELECT FROM audit_events WHERE request_id = 'aged'`);
  expect(aged).toHaveLength(1);
});
