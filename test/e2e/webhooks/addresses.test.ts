import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  type MockInstance,
  test,
  vi,
} from 'vitest';
import { NameResolution } from '../../../src/webhooks/targets/name-resolution.js';
import { ENCRYPTION_KEY } from '../../support/config.ts';
import { startSecondInstance, type TestApp } from '../../support/app.ts';
import { WebhookScene } from '../../support/webhooks.ts';

const PUBLIC = { address: '93.184.216.34', family: 4 } as const;
const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;

const scene = new WebhookScene();
/** An instance that may only send to public addresses. */
let strict: TestApp;
let resolve: MockInstance<NameResolution['resolve']>;
beforeAll(async () => {
  // The instance of the scene sends nothing, because it has no key for the secrets.
  await scene.start({ ENCRYPTION_KEYS: '' });
  strict = await startSecondInstance(scene.app, {
    WEBHOOK_NETWORKS: '',
    ENCRYPTION_KEYS: ENCRYPTION_KEY,
  });
  resolve = vi.spyOn(strict.app.nest.get(NameResolution), 'resolve');
});
afterAll(() => scene.stop());
beforeEach(() => scene.clear());

/** A webhook that was accepted while the name had a public address. */
async function createdWhilePublic(url: string): Promise<string> {
  resolve.mockResolvedValue([PUBLIC]);
  return (await scene.newWebhook(undefined, url, strict)).id;
}

describe('a webhook whose address changes after its creation', () => {
  afterAll(() => strict.close());

  test.each([
    ['to a private one', [LOOPBACK]],
    ['to a public and a private one', [PUBLIC, LOOPBACK]],
    ['to an IPv4-mapped one', [{ address: '::ffff:127.0.0.1', family: 6 } as const]],
  ])('%s gets no connection', async (_, addresses) => {
    const before = scene.sink.connections;
    const id = await createdWhilePublic(scene.sink.url('/', 'sink.example.com'));
    resolve.mockResolvedValue(addresses);
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'address_not_allowed', last_status: null });
    await scene.skipWaits(id);
    await scene.newestDelivery(id, ({ attempts, last_error }) => attempts > 1 && !!last_error);
    expect(scene.sink.connections).toBe(before);
  });

  test('to a private IP address in its URL gets no connection', async () => {
    const before = scene.sink.connections;
    const id = await createdWhilePublic('https://sink.example.com/');
    await scene.app.query('UPDATE webhooks SET url = $1', [scene.sink.url('/')]);
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'address_not_allowed' });
    expect(scene.sink.connections).toBe(before);
  });

  test('to none is retried', async () => {
    const id = await createdWhilePublic('https://nowhere.invalid/');
    resolve.mockRejectedValue(new Error('The name has no address'));
    await scene.newCustomer();
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery).toMatchObject({ last_error: 'name_not_found', state: 'pending' });
  });
});

test('WEBHOOK_NETWORKS allows a private address, and the certificate is checked', async () => {
  const admitting = await startSecondInstance(strict, { WEBHOOK_NETWORKS: '127.0.0.0/8' });
  const resolve = vi.spyOn(admitting.app.nest.get(NameResolution), 'resolve');
  resolve.mockResolvedValue([LOOPBACK]);
  try {
    const right = scene.sink.url('/right', 'sink.example.com');
    const wrong = scene.sink.url('/wrong', 'other.example.com');
    await scene.newWebhook(undefined, right, admitting);
    const { id } = await scene.newWebhook(undefined, wrong, admitting);
    resolve.mockClear();
    await scene.newCustomer();
    await scene.received('/right');
    const delivery = await scene.newestDelivery(id, ({ last_error }) => last_error !== null);
    expect(delivery.last_error).toBe('tls_failed');
    expect(scene.sink.at('/wrong')).toHaveLength(0);
    // One look-up for each webhook: it connects to the address that was checked.
    expect(resolve).toHaveBeenCalledTimes(2);
  } finally {
    await admitting.close();
  }
});
