import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onFreePort } from '../../../scripts/embedded/service.ts';
import { type Account, startApp, type TestApp } from '../../support/app.ts';

interface Example {
  server: Server;
  copy: Map<string, { version: number; object: Record<string, unknown> | null }>;
}

let app: TestApp;
let admin: Account;
let example: Example | undefined;
beforeAll(async () => {
  app = await startApp(); // without WEBHOOK_NETWORKS, which allows http://localhost
  admin = await app.account('admin');
});
afterAll(async () => {
  await app.close();
  example?.server.close();
  delete process.env['PORT']; // test files share a process
  delete process.env['SECRET'];
});

test('docs/examples/receive-webhooks.mjs follows creations, updates and deletions', async () => {
  const { token } = admin;
  const port = await onFreePort((free) => Promise.resolve(free));
  const body = {
    url: `http://localhost:${port}/`,
    types: ['customer.created', 'customer.updated', 'customer.deleted'],
  };
  const { body: webhook } = await app.post('webhooks', body, { token });
  process.env['SECRET'] = webhook.secret;
  process.env['PORT'] = String(port);
  const file = new URL('../../../docs/examples/receive-webhooks.mjs', import.meta.url);
  const { copy } = (example = (await import(file.href)) as Example);
  await app.post(`webhooks/${webhook.id}/test`, undefined, { token });
  const deliveries = `webhooks/${webhook.id}/deliveries?state=succeeded`;
  await expect
    .poll(async () => (await app.get(deliveries, { token })).body.data)
    .toMatchObject([{ type: 'webhook.test', last_status: 204 }]);
  expect(copy.size).toBe(0);

  const { body: ada } = await app.post('customers', { name: 'Ada' }, { token });
  const { body: grace } = await app.post('customers', { name: 'Grace' }, { token });
  await app.patch(`customers/${ada.id}`, { country: 'GB' }, { token });
  await app.delete(`customers/${grace.id}`, { token });
  await expect
    .poll(() => Object.fromEntries(copy))
    .toMatchObject({
      [ada.id]: { version: 2, object: { name: 'Ada', country: 'GB' } },
      [grace.id]: { version: 2, object: null },
    });

  const forged = await fetch(body.url, { method: 'POST', body: '{"data":{"id":"x","version":1}}' });
  expect(forged.status).toBe(400);
  expect(copy.has('x')).toBe(false);
});
