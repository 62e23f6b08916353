import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outbox } from '../../../src/common/messages/outbox.js';
import { eventually } from '../../support/eventually.ts';
import { NO_CONTENT } from '../../support/webhook-sink.ts';
import { WebhookScene } from '../../support/webhooks.ts';

const scene = new WebhookScene();
beforeAll(() => scene.start());
afterAll(() => scene.stop());
beforeEach(() => scene.clear());

describe('a delivery that fails', () => {
  test('is retried on schedule with the same id, and has failed after the tenth attempt', async () => {
    const { id, path } = await scene.newWebhook();
    scene.sink.answer = (response) => void response.writeHead(503).end('x'.repeat(1_000));
    await scene.newCustomer();
    const waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [index, wait] of waits.entries()) {
      const delivery = await scene.newestDelivery(id, (one) => {
        return one.attempts === index + 1 && one.last_error !== null && isAhead(one.next_at, wait);
      });
      expect(delivery).toMatchObject({ state: 'pending', last_status: 503, last_error: 'refused' });
      await scene.app.query('UPDATE webhook_deliveries SET last_error = NULL, due_at = now()');
    }
    const failed = await scene.newestDelivery(id, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ attempts: 10, next_at: null, last_error: 'refused' });
    expect(new Set(scene.sink.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(scene.sink.at(path)).toHaveLength(10);

    const retry = `webhooks/${id}/deliveries/${failed.id}/retry`;
    scene.sink.answer = NO_CONTENT;
    expect((await scene.app.post(retry, undefined, { token: scene.token })).status).toBe(202);
    const retried = await scene.newestDelivery(id, ({ state }) => state === 'succeeded');
    expect(retried).toMatchObject({ id: failed.id, attempts: 1, last_status: 204 });
    expect(scene.sink.at(path)).toHaveLength(11);
  });

  /** Allows for the random 20 percent of a wait, and for the duration of the test. */
  function isAhead(at: string | null, seconds: number): boolean {
    const ahead = (Date.parse(at ?? '') - Date.now()) / 1_000;
    return ahead > seconds * 0.8 - 30 && ahead <= seconds * 1.2;
  }

  test('is retried after the time in Retry-After', async () => {
    const { id } = await scene.newWebhook();
    scene.sink.answer = (response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_status }) => last_status === 429);
    expect(isAhead(delivery.next_at, 7_200)).toBe(true);
  });

  test.each([
    ['a redirect', 302, 'redirected'],
    ['a 404', 404, 'refused'],
  ])('with %s is retried, and the Location is not followed', async (_, status, error) => {
    const { id, path } = await scene.newWebhook();
    scene.sink.answer = (response) =>
      void response.writeHead(status, { location: scene.sink.url('/elsewhere') }).end();
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ state: 'pending', last_status: status, last_error: error });
    expect(scene.sink.at(path)).toHaveLength(1);
    expect(scene.sink.at('/elsewhere')).toHaveLength(0);
  });

  test('with a 410 disables the webhook and notifies the admins', async () => {
    await scene.app.query(`UPDATE users SET email = 'root@example.com' WHERE id = $1`, [
      scene.admin.id,
    ]);
    const { id } = await scene.newWebhook();
    scene.sink.answer = (response) => void response.writeHead(410).end();
    await scene.newCustomer();
    const { token } = scene;
    const webhook = await eventually(async () => {
      const { body } = await scene.app.get(`webhooks/${id}`, { token });
      return body.status === 'disabled' && body;
    }, 'a disabled webhook');
    expect(webhook).toMatchObject({ disabled_reason: 'gone', version: 2 });
    const [delivery] = await scene.deliveries(id);
    expect(delivery).toMatchObject({ state: 'failed', last_error: 'gone', last_status: 410 });
    const { text } = await scene.mail.newest('root@example.com');
    expect(text).toContain(id);
    expect(text).toContain('410');
  });

  test('with a 410 notifies nobody if an admin pauses the webhook before the mail is sent', async () => {
    await scene.app.query(`UPDATE users SET email = 'root@example.com' WHERE id = $1`, [
      scene.admin.id,
    ]);
    const { id } = await scene.newWebhook();
    const { token } = scene;
    const outbox = scene.app.app.nest.get(Outbox);
    const result = new Promise((resolve, reject) => {
      const compose = outbox.composerOf('webhook_disabled');
      outbox.register('webhook_disabled', async (identifier) => {
        if (!compose) throw new Error('Nothing composes the mail');
        outbox.register('webhook_disabled', compose);
        await scene.app.patch(`webhooks/${id}`, { status: 'paused' }, { token });
        const message = compose(identifier);
        message.then(resolve, reject);
        return message;
      });
    });
    scene.sink.answer = (response) => void response.writeHead(410).end();
    await scene.newCustomer();
    expect(await result).toBeUndefined();
  });

  test('for five days disables the webhook, which resumes where it stopped', async () => {
    const { id, path } = await scene.newWebhook();
    scene.sink.answer = (response) => void response.writeHead(500).end();
    await scene.newCustomer();
    await scene.newestDelivery(id, ({ last_status }) => last_status === 500);
    await scene.app.query(`UPDATE webhooks SET failing_since = now() - interval '119 hours'`);
    await scene.skipWaits(id);
    await scene.newestDelivery(id, ({ attempts }) => attempts === 2);
    const { token } = scene;
    expect((await scene.app.get(`webhooks/${id}`, { token })).body.status).toBe('active');
    await scene.app.query(`UPDATE webhooks SET failing_since = now() - interval '121 hours'`);
    await scene.skipWaits(id);
    await expect
      .poll(async () => (await scene.app.get(`webhooks/${id}`, { token })).body)
      .toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
    const missed = await scene.newCustomer();
    scene.sink.answer = NO_CONTENT;
    const { body } = await scene.app.patch(`webhooks/${id}`, { status: 'active' }, { token });
    expect(body).toMatchObject({ status: 'active', disabled_reason: null });
    await expect
      .poll(() => scene.sink.at(path).map((event) => event.body.data.id))
      .toContain(missed);
  });

  test('and then succeeds resets the time of failures', async () => {
    const { id } = await scene.newWebhook();
    await scene.app.query(`UPDATE webhooks SET failing_since = now() - interval '121 hours'`);
    await scene.newCustomer();
    await scene.newestDelivery(id, ({ state }) => state === 'succeeded');
    await expect
      .poll(() => scene.app.query('SELECT failing_since FROM webhooks'))
      .toEqual([{ failing_since: null }]);
  });
});
