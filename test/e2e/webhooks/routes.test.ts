import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { whileRowIsLocked } from '../../support/lock.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { NameResolution } from '../../../src/webhooks/targets/name-resolution.js';

let app: TestApp;
let admin: Account;
let token: string;
beforeAll(async () => {
  app = await startApp({ AUDIT_RETENTION: '30d' });
  admin = await app.account('admin');
  token = admin.token;
});
afterAll(() => app.close());
beforeEach(() => app.query('TRUNCATE webhooks, webhook_deliveries'));

const URL = 'https://hooks.invalid/customers';
const BODY = { url: URL, types: ['customer.created'] };

async function create(body: object = BODY): Promise<{ id: string; secret: string }> {
  const { status, body: created, text } = await app.post('webhooks', body, { token });
  expect(status, text).toBe(201);
  return created;
}

async function storedDelivery(webhookId: string, state: string): Promise<string> {
  const [row] = await app.query<{ id: string }>(
    `INSERT INTO webhook_deliveries (webhook_id, event_id, type, event_at, subject_id, state, due_at,
       finished_at)
     VALUES ($1, new_id(), 'customer.created', now(), new_id(), $2, now() + interval '1 hour',
       CASE WHEN $2 = 'pending' THEN NULL ELSE now() END)
     RETURNING id`,
    [webhookId, state],
  );
  return row?.id ?? '';
}

describe('POST /webhooks', () => {
  test('returns the secret once, and stores it encrypted', async () => {
    const body = { ...BODY, description: 'Mailing list', types: ['user.created', 'user.created'] };
    const { headers, body: created } = await app.post('webhooks', body, { token });
    expect(created).toEqual({
      id: expect.any(String),
      url: URL,
      types: ['user.created'],
      description: 'Mailing list',
      status: 'active',
      disabled_reason: null,
      created_at: expect.stringMatching(/Z$/),
      updated_at: created.created_at,
      version: 1,
      secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    });
    expect(headers.get('location')).toBe(`/api/v1/webhooks/${created.id}`);
    expect(headers.get('etag')).toBe('"1"');
    const { secret, ...shown } = created;
    const read = await app.get(`webhooks/${created.id}`, { token });
    expect(read.body).toEqual(shown);
    const { body: list } = await app.get('webhooks', { token });
    expect(list.data).toEqual([shown]);
    const stored = JSON.stringify(await app.query('SELECT * FROM webhooks'));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      expect(stored).not.toContain(key.toString(form));
    }
    const events = await app.get('audit-events?action=webhook_created', { token });
    expect(JSON.stringify(events.body)).not.toContain(secret);
  });

  test.each([
    [{}, { '/url': 'required', '/types': 'required' }],
    [{ ...BODY, url: null }, { '/url': 'required' }],
    [{ ...BODY, url: 5 }, { '/url': 'type' }],
    [{ ...BODY, url: 'ftp://example.com' }, { '/url': 'format' }],
    [{ ...BODY, url: 'http://example.com' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://u:p@example.com' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://example.com/%zz' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://127.1' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://[::ffff:10.0.0.1]/' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://0x7f000001' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://169.254.169.254' }, { '/url': 'format' }],
    [{ ...BODY, url: 'https://localhost' }, { '/url': 'format' }],
    [{ ...BODY, url: `https://example.com/${'a'.repeat(2_000)}` }, { '/url': 'length' }],
    [{ ...BODY, types: [] }, { '/types': 'length' }],
    [{ ...BODY, types: null }, { '/types': 'required' }],
    [{ ...BODY, types: 'customer.created' }, { '/types': 'type' }],
    [{ ...BODY, types: ['customer.created', 'other'] }, { '/types': 'enum' }],
    [{ ...BODY, types: ['webhook.test'] }, { '/types': 'enum' }],
    [{ ...BODY, types: [['customer.created']] }, { '/types': 'enum' }],
    [{ ...BODY, description: 'a'.repeat(201) }, { '/description': 'length' }],
    [{ ...BODY, secret: 'whsec_AAAA' }, { '/secret': 'unknown_field' }],
    [{ ...BODY, status: 'paused' }, { '/status': 'unknown_field' }],
  ] as const)('answers 400 for %j', async (body, fields) => {
    expectInvalid(await app.post('webhooks', body, { token }), fields);
    expect(await app.query('SELECT FROM webhooks')).toEqual([]);
  });

  test('answers 400 for a name with a private address, as does PATCH', async () => {
    const resolve = vi.spyOn(app.app.nest.get(NameResolution), 'resolve');
    const publicAddress = { address: '93.184.216.34', family: 4 } as const;
    const privateAddress = { address: '10.0.0.1', family: 4 } as const;
    try {
      for (const addresses of [[privateAddress], [publicAddress, privateAddress]]) {
        resolve.mockResolvedValue(addresses);
        expectInvalid(await app.post('webhooks', BODY, { token }), { '/url': 'format' });
      }
      resolve.mockResolvedValue([publicAddress]);
      const { id } = await create();
      resolve.mockResolvedValue([privateAddress]);
      const patch = { url: 'https://other.invalid/' };
      expectInvalid(await app.patch(`webhooks/${id}`, patch, { token }), { '/url': 'format' });
    } finally {
      resolve.mockRestore();
    }
  });

  test('answers 201 to twenty of thirty concurrent requests, and 409 to the others', async () => {
    const requests = Array.from({ length: 30 }, () => app.post('webhooks', BODY, { token }));
    const answers = await Promise.all(requests);
    const expected = [...Array(20).fill(201), ...Array(10).fill(409)];
    expect(statusesOf(answers)).toEqual(expected);
    expectProblem(
      answers.find(({ status }) => status === 409),
      409,
      'webhook_limit',
    );
    const [first] = (await app.get('webhooks', { token })).body.data;
    expect((await app.delete(`webhooks/${first.id}`, { token })).status).toBe(204);
    await create();
  });

  test('answers 503 without ENCRYPTION_KEYS, as do the routes for a new secret and a test', async () => {
    const { id } = await create();
    const keyless = await startSecondInstance(app, { ENCRYPTION_KEYS: '' });
    try {
      for (const path of ['webhooks', `webhooks/${id}/secret`, `webhooks/${id}/test`]) {
        const body = path === 'webhooks' ? BODY : undefined;
        expectProblem(await keyless.post(path, body, { token }), 503, 'encryption_unavailable');
      }
      const check = async () => (await keyless.get('/health/ready')).body.checks.encryption;
      await expect.poll(check).toMatchObject({ status: 'degraded' });
      expect((await keyless.get(`webhooks/${id}`, { token })).status).toBe(200);
    } finally {
      await keyless.close();
    }
  });
});

describe('PATCH /webhooks/{id}', () => {
  test('changes the fields that are sent, with a new version', async () => {
    const { id } = await create();
    const path = `webhooks/${id}`;
    const same = await app.patch(path, { types: ['customer.created'], url: URL }, { token });
    expect(same.body.version).toBe(1);
    const patch = { types: ['user.deleted'], description: 'Other', url: 'https://b.invalid' };
    const { body } = await app.patch(path, patch, { token });
    expect(body).toMatchObject({ ...patch, url: 'https://b.invalid/', version: 2 });
    expect((await app.patch(path, { description: null }, { token })).body.description).toBeNull();
    const stale = { token, headers: { 'if-match': '"1"' } };
    expectProblem(await app.patch(path, patch, stale), 412, 'precondition_failed');
    expectProblem(await app.delete(path, stale), 412, 'precondition_failed');
    const read = { token, headers: { 'if-none-match': '"3"' } };
    expect((await app.get(path, read)).status).toBe(304);
  });

  test('answers 412 for the current URL if another request changes the URL meanwhile', async () => {
    const { id } = await create();
    const answer = await whileRowIsLocked(
      app,
      'webhooks',
      id,
      () => app.patch(`webhooks/${id}`, { url: URL }, { token }),
      `UPDATE webhooks SET url = 'https://new.invalid/', version = version + 1 WHERE id = $1`,
    );
    expectProblem(answer, 412, 'precondition_failed');
    const { body } = await app.get(`webhooks/${id}`, { token });
    expect(body.url).toBe('https://new.invalid/');
  });

  test.each([
    [{ url: null }, { '/url': 'required' }],
    [{ url: 5 }, { '/url': 'type' }],
    [{ types: null }, { '/types': 'required' }],
    [{ status: null }, { '/status': 'required' }],
    [{ status: 'disabled' }, { '/status': 'enum' }],
    [{ url: 'https://10.0.0.1/' }, { '/url': 'format' }],
    [{ secret: 'x' }, { '/secret': 'unknown_field' }],
  ] as const)('answers 400 for %j', async (body, fields) => {
    const { id } = await create();
    expectInvalid(await app.patch(`webhooks/${id}`, body, { token }), fields);
  });

  test.each([
    ['active', null],
    ['disabled', 'gone'],
  ])('accepts a webhook that is %s as it was returned', async (status, reason) => {
    const { id } = await create();
    await app.query('UPDATE webhooks SET status = $1, disabled_reason = $2', [status, reason]);
    const { body: read } = await app.get(`webhooks/${id}`, { token });
    const answer = await app.patch(`webhooks/${id}`, read, { token });
    expect(answer.body).toEqual(read);
    expect(read).toMatchObject({ status, disabled_reason: reason });
  });

  test('answers 409 events_gone if it was paused for longer than AUDIT_RETENTION', async () => {
    const { id } = await create();
    await app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
    await app.query(`UPDATE webhooks SET position_at = now() - interval '29 days'`);
    expect((await app.patch(`webhooks/${id}`, { status: 'active' }, { token })).status).toBe(200);
    await app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
    await app.query(`UPDATE webhooks SET position_at = now() - interval '31 days'`);
    const resumed = await app.patch(`webhooks/${id}`, { status: 'active' }, { token });
    expectProblem(resumed, 409, 'events_gone');
  });

  test('answers 409 events_gone for a webhook of another database, which is paused', async () => {
    const { id } = await create();
    await app.query(`UPDATE webhooks SET position_history = '1.1.1'`);
    const path = `webhooks/${id}`;
    await expect
      .poll(async () => (await app.get(path, { token })).body)
      .toMatchObject({ status: 'paused', disabled_reason: null, version: 2 });
    const resumed = await app.patch(path, { status: 'active' }, { token });
    expectProblem(resumed, 409, 'events_gone');
    const { body } = await app.get(`audit-events?subject_id=${id}&action=webhook_disabled`, {
      token,
    });
    expect(body.data).toMatchObject([{ details: { reason: 'events_gone' }, actor_id: null }]);
  });
});

describe('DELETE /webhooks/{id}', () => {
  test('removes the URL and the secrets, and answers 404 afterwards', async () => {
    const { id } = await create();
    await storedDelivery(id, 'succeeded');
    const path = `webhooks/${id}`;
    expect((await app.delete(path, { token })).status).toBe(204);
    expectProblem(await app.get(path, { token }), 404, 'not_found');
    expectProblem(await app.get(`${path}/deliveries`, { token }), 404, 'not_found');
    expectProblem(await app.delete(path, { token }), 404, 'not_found');
    const rows = await app.query('SELECT url, secret, previous_secret FROM webhooks');
    expect(rows).toEqual([{ url: '', secret: '', previous_secret: null }]);
  });
});

describe('GET /webhooks/{id}/deliveries', () => {
  test('returns pages of deliveries, newest first, optionally by state', async () => {
    const { id } = await create();
    const { id: other } = await create();
    await storedDelivery(other, 'failed');
    const ids: string[] = [];
    for (const state of ['succeeded', 'failed', 'pending', 'failed']) {
      ids.unshift(await storedDelivery(id, state));
    }
    const path = `webhooks/${id}/deliveries`;
    const { body } = await app.get(`${path}?limit=3&count=exact`, { token });
    expect(body.data.map((one: { id: string }) => one.id)).toEqual(ids.slice(0, 3));
    expect(body.page).toMatchObject({ has_more: true, total: 4 });
    const rest = await app.get(`${path}?limit=3&cursor=${body.page.next_cursor}`, { token });
    expect(rest.body.data).toMatchObject([{ id: ids[3], state: 'succeeded' }]);
    const failed = await app.get(`${path}?state=failed`, { token });
    expect(failed.body.data.map((one: { id: string }) => one.id)).toEqual([ids[0], ids[2]]);
    const pending = await app.get(`${path}?state=pending`, { token });
    expect(pending.body.data).toMatchObject([{ id: ids[1], next_at: expect.any(String) }]);
    expectInvalid(await app.get(`${path}?state=other`, { token }), { state: 'enum' });
  });
});

describe('POST /webhooks/{id}/deliveries/{delivery_id}/retry', () => {
  test('answers 409 for a delivery that has not failed, 404 for one of another webhook, 400 for a malformed id', async () => {
    const { id } = await create();
    const { id: other } = await create();
    const retry = (delivery: string, of = id) =>
      app.post(`webhooks/${of}/deliveries/${delivery}/retry`, undefined, { token });
    for (const state of ['pending', 'succeeded']) {
      expectProblem(await retry(await storedDelivery(id, state)), 409, 'not_failed');
    }
    expectProblem(await retry(await storedDelivery(id, 'failed'), other), 404, 'not_found');
    expectProblem(await retry(randomUUID()), 404, 'not_found');
    expectInvalid(await retry('x'), { delivery_id: 'format' });
  });
});

test('GET /metrics contains the age of pending deliveries and the number of dispatch errors', async () => {
  const { id } = await create();
  await storedDelivery(id, 'pending');
  const { text } = await app.get('/metrics');
  expect(text).toMatch(new RegExp(`^webhook_oldest_pending_seconds\\{webhook="${id}"\\} \\d`, 'm'));
  expect(text).toMatch(/^webhook_dispatch_errors_total 0$/m);
  expect((await app.delete(`webhooks/${id}`, { token })).status).toBe(204);
  expect((await app.get('/metrics')).text).not.toContain(`webhook="${id}"`);
});
