import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { HttpSink } from '../../support/http-sink.ts';

const sentry = new HttpSink();
let app: TestApp;
beforeAll(async () => {
  await sentry.start();
  app = await startApp({ SENTRY_DSN: `http://publickey@127.0.0.1:${sentry.port}/42` });
});
afterAll(async () => {
  await app.close();
  await sentry.stop();
});

test('a 500 is reported to Sentry once, without data of the client', async () => {
  const { token, id } = await app.account('admin');
  await app.post('customers', { name: '' }, { token }); // 400, which is not reported
  await app.query('ALTER TABLE customers RENAME TO customers_away');
  const headers = { 'x-request-id': 'failing-request', 'user-agent': 'CANARY-agent' };
  const body = { name: 'CANARY-name', email: 'canary@example.com' };
  const answer = await app.post('customers?', body, { token, headers });
  await app.query('ALTER TABLE customers_away RENAME TO customers');
  expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);

  const request = await eventually(() => sentry.requests[0], 'report');
  expect(request.method).toBe('POST');
  expect(request.path).toMatch(/^\/api\/42\/envelope\/\?.*sentry_key=publickey/);
  const text = request.body.toString();
  const [, header, event] = text.split('\n').map((line) => JSON.parse(line) as unknown);
  expect(header).toMatchObject({ type: 'event' });
  expect(event).toMatchObject({
    level: 'error',
    environment: 'test',
    tags: { request_id: 'failing-request', method: 'POST', route: '/api/v1/customers' },
    exception: { values: [{ type: 'QueryFailedError' }] },
  });
  for (const secret of ['CANARY', 'canary@', token, id, '127.0.0.1']) {
    expect(text).not.toContain(secret);
  }
  expect(sentry.requests).toHaveLength(1);
});

test('a 500 for an API key is reported with the id of the key, without its account', async () => {
  const { id, userId, token } = await app.apiKey();
  await app.query('ALTER TABLE customers RENAME TO customers_away');
  const answer = await app.get('customers', { token });
  await app.query('ALTER TABLE customers_away RENAME TO customers');
  expect(answer.status).toBe(500);
  const text = await eventually(() => sentry.requests[1]?.body.toString(), 'report');
  expect(JSON.parse(text.split('\n')[2] ?? '')).toMatchObject({ tags: { key_id: id } });
  for (const secret of [userId, token]) expect(text).not.toContain(secret);
});
