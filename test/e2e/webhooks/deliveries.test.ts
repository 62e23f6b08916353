import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../support/certificate.ts';
import { eventually } from '../../support/eventually.ts';
import { NO_CONTENT, type ReceivedEvent, WebhookSink } from '../../support/webhook-sink.ts';
import { WebhookScene } from '../../support/webhooks.ts';

const scene = new WebhookScene();
beforeAll(() => scene.start());
afterAll(() => scene.stop());
beforeEach(() => scene.clear());

function verify(secret: string, { text, headers }: ReceivedEvent): unknown {
  return new Webhook(secret).verify(text, headers as Record<string, string>);
}

describe('an event of the feed', () => {
  test('is sent signed, with the current object, to the webhooks with its type', async () => {
    const { secret, path, id } = await scene.newWebhook(['customer.created', 'customer.deleted']);
    const customer = await scene.newCustomer();
    const [event] = await scene.received(path);
    const { body: current } = await scene.app.get(`customers/${customer}`, { token: scene.token });
    expect(event && verify(secret, event)).toEqual({
      id: event?.headers['webhook-id'],
      type: 'customer.created',
      timestamp: expect.stringMatching(/Z$/),
      data: { id: customer, version: 1, object: current },
    });
    expect(event?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'customer-api-webhooks',
    });
    await scene.app.patch(`customers/${customer}`, { country: 'GB' }, { token: scene.token });
    await scene.app.delete(`customers/${customer}`, { token: scene.token });
    const [, deleted] = await scene.received(path, 2);
    expect(deleted?.body).toMatchObject({
      type: 'customer.deleted',
      data: { id: customer, version: 3, object: null },
    });
    const delivery = await scene.newestDelivery(id, ({ state }) => state === 'succeeded');
    expect(delivery).toMatchObject({
      event_id: deleted?.body.id,
      type: 'customer.deleted',
      attempts: 1,
      next_at: null,
      last_status: 204,
      last_error: null,
    });
  });

  test('continues the trace of the request that caused it, with a new parent id at each attempt', async () => {
    const { path, id } = await scene.newWebhook(['customer.created', 'customer.updated']);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const { token } = scene;
    scene.sink.answer = (response) => void response.writeHead(500).end();
    const created = await scene.app.post('customers', { name: 'Ada' }, { token, headers });
    await scene.newestDelivery(id, ({ last_status: status }) => status === 500);
    scene.sink.answer = NO_CONTENT;
    await scene.skipWaits(id);
    await scene.received(path, 2);
    const customer = `customers/${String(created.body['id'])}`;
    await scene.app.patch(customer, { country: 'GB' }, { token });
    await scene.received(path, 3);
    const operations = [{ method: 'update', id: created.body['id'], body: { country: 'FR' } }];
    await scene.app.post('customers/batch', { operations }, { token, headers });
    await scene.received(path, 4);
    await scene.app.post(`webhooks/${id}/test`, undefined, { token, headers });
    const sent = (await scene.received(path, 5)).map((event) => event.headers['traceparent']);
    const continued = expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(sent).toEqual([continued, continued, undefined, continued, continued]);
    expect(new Set([headers.traceparent, ...sent]).size).toBe(6);
  });

  test('fails verification if its body or a header was changed', async () => {
    const { secret, path } = await scene.newWebhook();
    await scene.newCustomer();
    const [event] = await scene.received(path);
    if (!event) throw new Error('nothing arrived');
    expect(() => verify(secret, event)).not.toThrow();
    const forged = event.text.replace('Ada', 'Eve');
    expect(() => verify(secret, { ...event, text: forged })).toThrow(/signature/i);
    const headers = { ...event.headers, 'webhook-id': 'other' };
    expect(() => verify(secret, { ...event, headers })).toThrow(/signature/i);
  });

  test('contains no data of a customer that was erased before it is sent', async () => {
    const { id, path } = await scene.newWebhook(['customer.created', 'customer.erased']);
    scene.sink.answer = (response) => void response.writeHead(500).end();
    const customer = await scene.newCustomer('Grace');
    await scene.newestDelivery(id, ({ last_status: status }) => status === 500);
    await scene.app.delete(`customers/${customer}`, { token: scene.token });
    await scene.app.post(`customers/${customer}/erase`, undefined, { token: scene.token });
    scene.sink.answer = NO_CONTENT;
    const before = scene.sink.at(path).length;
    await eventually(async () => (await scene.deliveries(id)).length === 2, 'two deliveries');
    await scene.skipWaits(id);
    const later = (await scene.received(path, before + 2)).slice(before);
    expect(later.map(({ body }) => body.type).toSorted()).toEqual([
      'customer.created',
      'customer.erased',
    ]);
    for (const { text, body } of later) {
      expect(body.data.object).toBeNull();
      expect(text).not.toContain('Grace');
    }
    const stored = await scene.app.query('SELECT * FROM webhook_deliveries');
    expect(JSON.stringify(stored)).not.toContain('Grace');
  });

  test('does not contain an address that is set aside', async () => {
    const { path } = await scene.newWebhook(['user.updated']);
    const { id } = await scene.app.account();
    await scene.app.query(
      `UPDATE users SET pending_email = 'new@example.com', pending_email_until = now() + interval '1 h'
       WHERE id = $1`,
      [id],
    );
    await scene.app.patch(`users/${id}`, { name: 'Ada' }, { token: scene.token });
    const [event] = await scene.received(path);
    expect(event?.body.data.object).toMatchObject({ id, name: 'Ada' });
    expect(event?.text).not.toContain('new@example.com');
  });
});

describe('POST /webhooks/{id}/secret', () => {
  test('signs events with both secrets for 24 hours, then with the new one only', async () => {
    const { id, secret, path } = await scene.newWebhook();
    const { body } = await scene.app.post(`webhooks/${id}/secret`, undefined, {
      token: scene.token,
    });
    expect(body.secret).not.toBe(secret);
    await scene.newCustomer();
    const [event] = await scene.received(path);
    if (!event) throw new Error('nothing arrived');
    expect(() => verify(secret, event)).not.toThrow();
    expect(() => verify(body.secret, event)).not.toThrow();
    await scene.app.query('UPDATE webhooks SET previous_secret_until = now()');
    await scene.newCustomer();
    const [, second] = await scene.received(path, 2);
    if (!second) throw new Error('nothing arrived');
    expect(() => verify(secret, second)).toThrow(/signature/i);
    expect(() => verify(body.secret, second)).not.toThrow();
  });
});

describe('an endpoint', () => {
  test('that answers slowly does not delay other webhooks', async () => {
    const slow = await scene.newWebhook();
    const fast = `${slow.path}/fast`;
    await scene.newWebhook(undefined, scene.sink.url(fast));
    scene.sink.answer = (response, path) => {
      if (path === fast) NO_CONTENT(response, path);
    };
    for (let n = 0; n < 20; n += 1) await scene.newCustomer();
    await scene.received(fast, 20);
    const [delivery] = await scene.deliveries(slow.id);
    expect(delivery).toMatchObject({ state: 'pending', last_error: null });
    expect(scene.sink.at(slow.path).length).toBeLessThanOrEqual(8);
  });

  test('that sends a huge response is not read to the end', async () => {
    const { id } = await scene.newWebhook();
    let written = 0;
    scene.sink.answer = (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const write = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        written += chunk.length;
      };
      response.on('drain', write);
      response.on('error', () => undefined);
      write();
    };
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ state }) => state === 'succeeded');
    expect(delivery.last_status).toBe(200);
    await sleep(50);
    expect(written).toBeLessThan(20_000_000);
  });

  test('that resets the connection is retried', async () => {
    const { id } = await scene.newWebhook();
    scene.sink.answer = (response) => void response.socket?.destroy();
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({
      state: 'pending',
      last_status: null,
      last_error: 'connection_failed',
    });
  });

  test('with an untrusted certificate gets no request', async () => {
    const impostor = await new WebhookSink(selfSigned(['localhost'])).start();
    try {
      await scene.newWebhook();
      const { id } = await scene.newWebhook(undefined, impostor.url('/'));
      await scene.newCustomer();
      const delivery = await scene.newestDelivery(id, (one) => one.last_error !== null);
      expect(delivery).toMatchObject({ last_status: null, last_error: 'tls_failed' });
      expect(impostor.at('/')).toHaveLength(0);
    } finally {
      await impostor.stop();
    }
  });

  test('that refuses the connection is retried', async () => {
    await scene.newWebhook();
    const { id } = await scene.newWebhook(undefined, 'https://127.0.0.1:1/'); // never a free port
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, (one) => one.last_error !== null);
    expect(delivery).toMatchObject({ last_status: null, last_error: 'connection_failed' });
  });
});
