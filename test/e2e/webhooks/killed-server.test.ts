import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { PASSWORD } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { createDatabase, dropDatabase } from '../../support/template.ts';
import { NO_CONTENT, WebhookSink } from '../../support/webhook-sink.ts';
import { LOOPBACK } from '../../support/webhooks.ts';
import { openPool } from '../../support/pool.ts';

const ADMIN = { username: 'root-of-all', password: PASSWORD };
const name = `test_${randomBytes(8).toString('hex')}`;
const sink = new WebhookSink();
const servers: Server[] = [];
let environment: Record<string, string | undefined>;
let database: pg.Pool;
let folder: string;

beforeAll(async () => {
  await buildServer();
  await sink.start();
  const url = await createDatabase(inject('postgresUrl'), name);
  database = openPool(url, 3);
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  await writeFile(join(folder, 'ca.pem'), sink.certificate.cert);
  environment = serverEnvironment({
    ...LOOPBACK,
    DATABASE_URL: url,
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: PASSWORD,
    LOG_LEVEL: 'info',
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
  });
}, patience(180_000));
afterEach(() => Promise.all(servers.splice(0).map((server) => server.kill())));
afterAll(async () => {
  await sink.stop();
  await database.end();
  await dropDatabase(inject('postgresUrl'), name);
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<{ server: Server; client: Client; token: string }> {
  const server = new Server(environment);
  servers.push(server);
  const client = await clientOf(server);
  const { body } = await client.post('auth/login', ADMIN);
  return { server, client, token: body.access_token };
}

async function newWebhook(client: Client, token: string, url: string): Promise<string> {
  const body = { url, types: ['customer.created'] };
  const { body: webhook, text } = await client.post('webhooks', body, { token });
  expect(webhook.id, text).toBeDefined();
  return webhook.id;
}

/** A port that accepts connections but never answers the TLS handshake, so no request is sent. */
async function silentPort(): Promise<{ port: number; held: Socket[]; close: () => void }> {
  const held: Socket[] = [];
  const server = createServer((socket) => held.push(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    server.close();
    for (const socket of held) socket.destroy();
  };
  return { port: (server.address() as { port: number }).port, held, close };
}

test('events are sent again after kill -9 before they were sent or before their result was stored', async () => {
  const { server, client, token } = await start();
  const silent = await silentPort();
  const before = await newWebhook(client, token, `https://127.0.0.1:${silent.port}/before`);
  const after = await newWebhook(client, token, sink.url('/after'));
  sink.answer = () => undefined; // processed by the endpoint, but never answered
  await client.post('customers', { name: 'Ada' }, { token });
  await eventually(() => silent.held.length > 0 && sink.at('/after').length > 0, 'both attempts');
  await server.kill();
  silent.close();
  sink.answer = NO_CONTENT;
  const { rows: leased } = await database.query(
    `SELECT state, attempts, due_at > now() + interval '20 s' AS is_leased FROM webhook_deliveries`,
  );
  const held = { state: 'pending', attempts: 1, is_leased: true };
  expect(leased).toEqual([held, held]);

  // Another server sends them after the leases of the killed one have expired.
  await database.query('UPDATE webhooks SET url = $1 WHERE id = $2', [sink.url('/before'), before]);
  await database.query('UPDATE webhook_deliveries SET due_at = now()');
  const { client: next, token: again } = await start();
  for (const id of [before, after]) {
    await eventually(async () => {
      const { body } = await next.get(`webhooks/${id}/deliveries`, { token: again });
      return body.data[0]?.state === 'succeeded' && body.data[0].attempts === 2;
    }, 'a delivery');
  }
  expect(sink.at('/before')).toHaveLength(1);
  const ids = sink.at('/after').map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(2);
  expect(ids[1]).toBe(ids[0]);
});
