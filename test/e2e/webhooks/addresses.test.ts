import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { NameResolution } from '../../../src/webhooks/targets/name-resolution.js';
import { ENCRYPTION_KEY } from '../../support/config.ts';
import { startSecondInstance, type TestApp } from '../../support/app.ts';
import { WebhookScene } from '../../support/webhooks.ts';

const PUBLIC = { address: '93.184.216.34', family: 4 } as const;
const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;

const scene = new WebhookScene();
/** An instance that may send to public addresses only. */
let strict: TestApp;
beforeAll(async () => {
  // The instance of the scene sends nothing: it has no key for the secrets.
  await scene.start({ ENCRYPTION_KEYS: '' });
  strict = await startSecondInstance(scene.app, {
    WEBHOOK_NETWORKS: '',
    ENCRYPTION_KEYS: ENCRYPTION_KEY,
  });
});
afterAll(() => scene.stop());
beforeEach(() => scene.clear());

/** A webhook that was accepted while the name had a public address. */
async function createdWhilePublic(url: string): Promise<string> {
  const resolve = vi.spyOn(strict.app.nest.get(NameResolution), 'resolve');
  resolve.mockResolvedValue([PUBLIC]);
  const body = { url, types: ['customer.created'] };
  const {
    status,
    body: webhook,
    text,
  } = await strict.post('webhooks', body, {
    token: scene.token,
  });
  expect(status, text).toBe(201);
  return webhook.id;
}

describe('A name that changes its address after the webhook was created', () => {
  afterAll(() => strict.close());

  test.each([
    ['to a private one', [LOOPBACK]],
    ['to a public and a private one', [PUBLIC, LOOPBACK]],
    ['to an IPv4-mapped one', [{ address: '::ffff:127.0.0.1', family: 6 } as const]],
  ])('%s gets no connection', async (_, addresses) => {
    const before = scene.sink.connections;
    const id = await createdWhilePublic(scene.sink.url('/', 'sink.example.com'));
    const resolve = vi.mocked(strict.app.nest.get(NameResolution).resolve);
    resolve.mockResolvedValue(addresses);
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'address_not_allowed', last_status: null });
    await scene.skipWaits(id);
    await scene.newestDelivery(id, ({ attempts, last_error }) => attempts > 1 && !!last_error);
    expect(scene.sink.connections).toBe(before);
    resolve.mockRestore();
  });

  test('the literal of an address is checked at each attempt', async () => {
    const before = scene.sink.connections;
    const id = await createdWhilePublic('https://sink.example.com/');
    vi.mocked(strict.app.nest.get(NameResolution).resolve).mockRestore();
    await scene.app.query('UPDATE webhooks SET url = $1', [scene.sink.url('/')]);
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'address_not_allowed' });
    expect(scene.sink.connections).toBe(before);
  });

  test('a name without an address is retried', async () => {
    const id = await createdWhilePublic('https://nowhere.invalid/');
    vi.mocked(strict.app.nest.get(NameResolution).resolve).mockRestore();
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'name_not_found', state: 'pending' });
  });
});

test('WEBHOOK_NETWORKS admits the same name, and its certificate is checked', async () => {
  const admitting = await startSecondInstance(strict, { WEBHOOK_NETWORKS: '127.0.0.0/8' });
  const resolve = vi.spyOn(admitting.app.nest.get(NameResolution), 'resolve');
  resolve.mockResolvedValue([LOOPBACK]);
  try {
    const { token } = scene;
    const types = ['customer.created'];
    const right = { url: scene.sink.url('/right', 'sink.example.com'), types };
    const wrong = { url: scene.sink.url('/wrong', 'other.example.com'), types };
    await admitting.post('webhooks', right, { token });
    const { body } = await admitting.post('webhooks', wrong, { token });
    resolve.mockClear();
    await scene.newCustomer();
    await scene.received('/right');
    const delivery = await scene.newestDelivery(body.id, ({ last_error }) => last_error !== null);
    expect(delivery.last_error).toBe('tls_failed');
    expect(scene.sink.at('/wrong')).toHaveLength(0);
    // The address that was checked is the one that was connected to: there is no second look-up.
    expect(resolve).toHaveBeenCalledTimes(2);
  } finally {
    await admitting.close();
  }
});
