import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { PASSWORD } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import { waitUntilOneWaits } from '../../support/lock.ts';
import type { Client } from '../../support/client.ts';
import { clientOf, Server, serverEnvironment } from '../../support/server.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { createDatabase, dropDatabase } from '../../support/template.ts';
import { patience } from '../../support/patience.ts';

let name: string;
let databaseUrl: string;
const servers: Server[] = [];

beforeAll(async () => {
  await buildServer();
}, patience(180_000));

beforeEach(async () => {
  name = `test_${randomBytes(8).toString('hex')}`;
  databaseUrl = await createDatabase(inject('postgresUrl'), name);
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  await dropDatabase(inject('postgresUrl'), name);
});

function start(variables: Record<string, string> = {}): Server {
  const server = new Server(serverEnvironment({ DATABASE_URL: databaseUrl, ...variables }));
  servers.push(server);
  return server;
}

async function isRefused(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

async function logIn(client: Client): Promise<string> {
  const account = { username: 'jane.doe', password: PASSWORD };
  await client.post('auth/register', account);
  return (await client.post('auth/login', account)).body.access_token;
}

describe('the built server at its start', () => {
  test('exits with 1 and logs one line if PORT is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as AddressInfo;
    const server = start({ PORT: String(port) });
    expect(await server.exited).toBe(1);
    occupant.close();
    const line = server.log.at(-1);
    expect(line?.level).toBe('fatal');
    expect(line?.message).toBe(`Port ${port} on 127.0.0.1 is in use by another program`);
  });

  test('exits with 1 and logs one line if OPS_PORT is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as AddressInfo;
    const server = start({ OPS_PORT: String(port) });
    expect(await server.exited).toBe(1);
    occupant.close();
    expect(server.log.at(-1)?.message).toBe(
      `Port ${port} on 127.0.0.1 is in use by another program`,
    );
  });

  test('waits for a PostgreSQL that is not reachable yet', async () => {
    const proxy = await TcpProxy.to(databaseUrl);
    proxy.cut();
    const server = start({ DATABASE_URL: proxy.url });
    const line = await server.logged('PostgreSQL is not reachable yet; waiting');
    expect(line['cause']).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:\d+ (is not reachable \(E\w+\)|closes the connection)\.$/,
    );
    proxy.restore();
    const client = await clientOf(server);
    expect((await client.get('/health/ready')).status).toBe(200);
    proxy.close();
  });

  test('exits with 1 if PostgreSQL refuses the password, and does not log it', async () => {
    const url = new URL(databaseUrl);
    url.password = 'CANARY';
    const server = start({ DATABASE_URL: url.href });
    expect(await server.exited).toBe(1);
    expect(server.log.at(-1)).toMatchObject({
      level: 'fatal',
      message: `PostgreSQL at ${url.host} refuses the password of the user postgres.`,
      err: { error_code: '28P01' },
    });
    expect(server.output.join()).not.toContain('CANARY');
  });
});

/** Keeps the event loop busy from the time at which the listener closes with SHUTDOWN_DELAY=1s. */
const BUSY_AT_THE_END = `process.on('SIGTERM', () => setTimeout(() => {
  const end = performance.now() + 300;
  const turn = () => {
    const endOfTurn = performance.now() + 2;
    while (performance.now() < endOfTurn);
    if (performance.now() < end) setImmediate(turn);
  };
  turn();
}, 1_000));`;

describe('the built server at its end', () => {
  test('answers 503 to GET /health/ready after SIGTERM, while it still accepts connections', async () => {
    const server = start({ SHUTDOWN_DELAY: '60s' });
    const client = await clientOf(server);
    expect((await client.get('/health/ready')).status).toBe(200);
    server.signal('SIGTERM');
    await server.logged('The service is stopping');
    const ready = await client.get('/health/ready');
    expect([ready.status, ready.body.status]).toEqual([503, 'unavailable']);
    expect(ready.headers.get('connection')).toBe('close');
    const answer = await client.get('customers');
    expect([answer.status, answer.headers.get('connection')]).toEqual([401, 'close']);
    expect((await client.get('/health/live')).status).toBe(200);
  });

  test('keeps an idle connection until the listener has closed, and closes it with the next answer', async () => {
    const preload = `--import=data:text/javascript,${encodeURIComponent(BUSY_AT_THE_END)}`;
    const server = start({ SHUTDOWN_DELAY: '1s', NODE_OPTIONS: preload });
    const { url } = await clientOf(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<{ answer: IncomingMessage; isReused: boolean }>((resolve, reject) => {
        const sent = request(`${url}/health/live`, { agent }, (answer) => {
          answer.resume().on('end', () => resolve({ answer, isReused: sent.reusedSocket }));
        });
        sent.on('error', reject).end();
      });
    await ask();
    server.signal('SIGTERM');
    await server.logged('The service is stopping');
    // A proxy may keep connections in the last second, so that it need not open new ones.
    const last = await ask();
    expect([last.isReused, last.answer.headers.connection]).toEqual([true, 'keep-alive']);
    for (let hasEnded = false; !hasEnded;) {
      await sleep(5);
      const { answer, isReused } = await ask();
      expect([answer.statusCode, isReused]).toEqual([200, true]);
      hasEnded = answer.headers.connection === 'close';
    }
    expect(await isRefused(url), 'the listener is closed').toBe(true);
    expect(await server.exited).toBe(0);
  });

  test('exits immediately after another signal', async () => {
    const server = start({ SHUTDOWN_DELAY: '60s' });
    await clientOf(server);
    server.signal('SIGTERM');
    await server.logged('The service is stopping');
    server.signal('SIGINT');
    expect(await server.exited).toBe(1);
  });

  test('treats the same signal sent twice, as by npm, as one', async () => {
    const server = start({ SHUTDOWN_DELAY: '1s' });
    await clientOf(server);
    server.signal('SIGTERM');
    await server.logged('The service is stopping');
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
  });

  test('finishes in-flight requests and then exits with 0', async () => {
    const server = start();
    const client = await clientOf(server);
    const token = await logIn(client);
    const blocker = new pg.Client({ connectionString: databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
    const created = client.post('customers', { name: 'Ada' }, { token });
    await waitUntilOneWaits(blocker);
    server.signal('SIGTERM');
    await server.logged('The service is stopping');
    await blocker.query('COMMIT');
    await blocker.end();
    expect((await created).status).toBe(201);
    expect(await server.exited).toBe(0);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'exits with 0 after %s without requests',
    async (signal) => {
      const server = start({
        REDIS_URL: inject('redisUrl'),
        OPS_PORT: '0',
        SHUTDOWN_DELAY: '100ms',
      });
      const client = await clientOf(server);
      await client.get('customers'); // leaves a keep-alive connection
      server.signal(signal);
      expect(await server.exited).toBe(0);
      expect(server.log.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
    },
  );
});

describe('the log of the built server', () => {
  test('contains one line per request with a fixed set of fields', async () => {
    const server = start({ LOG_LEVEL: 'info' });
    const client = await clientOf(server);
    const token = await logIn(client);
    const { body, text } = await client.post('customers', { name: 'Ada' }, { token });
    await client.get(`customers/${body.id}?x=1`, { token, headers: { 'x-request-id': 'my-id' } });
    server.signal('SIGTERM');
    await server.exited;

    const requests = server.log.filter(({ message }) => message === 'request');
    expect(requests.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['POST', '/api/v1/auth/register', 201],
      ['POST', '/api/v1/auth/login', 200],
      ['POST', '/api/v1/customers', 201],
      ['GET', '/api/v1/customers/:id', 400],
    ]);
    expect(requests[0]?.['user_id']).toBeNull();
    expect(requests[2]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'POST',
      route: '/api/v1/customers',
      status: 201,
      ms: expect.any(Number),
      user_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      bytes: Buffer.byteLength(text),
      message: 'request',
    });
    expect(requests[3]?.['request_id']).toBe('my-id');
  });

  test('contains every one of many concurrent requests just before the end', async () => {
    const server = start({ LOG_LEVEL: 'info' });
    const client = await clientOf(server);
    const ids = Array.from({ length: 500 }, (_, index) => `request-${index}`);
    await Promise.all(
      ids.map((id) => client.get('customers', { headers: { 'x-request-id': id } })),
    );
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    const logged = server.log.filter(({ message }) => message === 'request');
    expect(logged).toHaveLength(ids.length);
    expect(new Set(logged.map((line) => line['request_id']))).toEqual(new Set(ids));
  });

  test('contains no data of clients, at any level and after any failure', async () => {
    const proxy = await TcpProxy.to(databaseUrl);
    const server = start({
      DATABASE_URL: proxy.url,
      LOG_LEVEL: 'trace',
      ADMIN_EMAIL: 'canary.admin@example.com',
      ADMIN_PASSWORD: 'canary admin password',
    });
    const client = await clientOf(server);
    const person = { email: 'canary@example.com', name: 'Canary', mobile: '+4915100000001' };
    const password = 'canary of a password';
    await client.post('auth/register', { ...person, password });
    await client.post('auth/register', { ...person, password });
    await client.post('auth/login', { email: person.email, password: 'canary, wrong' });
    const { body } = await client.post('auth/login', { email: person.email, password });
    const { access_token: token, refresh_token: refreshToken } = body;
    const { name, email } = person;
    const customer = { name, email, external_id: 'canary-1' };
    const use = async () => {
      await client.post('customers', customer, { token });
      await client.post('customers', { ...customer, dob: 'canary' }, { token });
      await client.get('customers?name=canary&q=canary', { token });
      await client.get(`customers?email=${person.email}`, { token });
      await client.post('auth/refresh', { refresh_token: refreshToken });
      await client.post('auth/refresh', { refresh_token: 'canary' });
      await client.get('customers', { token: 'canary' });
      await client.get('customers/canary', { token });
      await client.get('/canary?canary=1');
      await client.send('POST', 'auth/login', { raw: 'canary' });
    };
    await use();
    proxy.cut();
    await use();
    server.signal('SIGTERM');
    await server.exited;
    proxy.close();

    expect(server.log.length).toBeGreaterThan(20);
    const text = server.output.join('\n');
    expect(text).not.toMatch(/canary/i);
    for (const secret of [token, refreshToken, '+4915100000001', '$argon2']) {
      expect(text).not.toContain(secret);
    }
    const database = new URL(databaseUrl);
    expect(text).not.toContain(database.password);
  });

  test('is JSON from the first line in production, where GET /docs-json equals docs/openapi.json', async () => {
    const server = start({ NODE_ENV: 'production', MAIL_URL: 'none', TRUST_PROXY: '0' });
    const client = await clientOf(server);
    const { text } = await client.get('/docs-json');
    server.signal('SIGTERM');
    await server.exited;
    expect(server.log.every(({ time, level, message }) => time && level && message)).toBe(true);
    await expect(`${JSON.stringify(JSON.parse(text), null, 2)}\n`).toMatchFileSnapshot(
      '../../../docs/openapi.json',
    );
  });
});
