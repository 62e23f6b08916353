import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onFreePort } from '../../../scripts/embedded/service.ts';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';
import { expectProblem } from '../../support/problem.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { untilRedisIsTrusted, waitForRedis } from '../../support/trusted-redis.ts';

const production = {
  NODE_ENV: 'production',
  REGISTRATION: 'closed',
  MAIL_URL: 'none',
  TRUST_PROXY: '0',
};
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Runs `use` with an instance that has these settings. */
async function withInstance(
  variables: Record<string, string>,
  use: (instance: TestApp) => Promise<void>,
): Promise<void> {
  const instance = await startSecondInstance(app, variables);
  try {
    await use(instance);
  } finally {
    await instance.close();
  }
}

/** Runs `use` with an instance that has an operations port. */
function withOpsPort(
  variables: Record<string, string>,
  use: (instance: TestApp, port: number) => Promise<void>,
): Promise<void> {
  return onFreePort((port) =>
    withInstance({ ...variables, OPS_PORT: String(port) }, (instance) => use(instance, port)),
  );
}

describe('GET /health', () => {
  test('/live answers 200', async () => {
    const { status, body } = await app.get('/health/live');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('/ready returns every check', async () => {
    waitForRedis(app);
    await untilRedisIsTrusted(app);
    const { status, body } = await app.get('/health/ready');
    const checks = { postgres: { status: 'ok' }, redis: { status: 'ok' } };
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok', checks } });
  });

  test('/ready is ok without REDIS_URL', async () => {
    const alone = await startApp({ REDIS_URL: '' });
    try {
      const { body } = await alone.get('/health/ready');
      expect(body.status).toBe('ok');
      expect(body.checks.redis.status).toBe('ok');
    } finally {
      await alone.close();
    }
  });

  test('/ready answers 200 with the status degraded and a reason if Redis is unreachable', async () => {
    const proxy = await TcpProxy.to(app.environment['REDIS_URL'] ?? '');
    await withInstance({ REDIS_URL: proxy.url }, async (instance) => {
      const ready = () => instance.get('/health/ready');
      await eventually(async () => (await ready()).body.status === 'ok', 'a trusted Redis');
      proxy.cut();
      await eventually(async () => (await ready()).body.status === 'degraded', 'no Redis');
      const { status, body } = await ready();
      expect(status).toBe(200);
      expect(body.checks).toEqual({
        postgres: { status: 'ok' },
        redis: { status: 'degraded', reason: 'no_answer' },
      });
      proxy.restore();
      await eventually(async () => (await ready()).body.status === 'ok', 'a trusted Redis again');
    });
    proxy.close();
  });

  test('/ready and routes of the API answer 503 if PostgreSQL is unreachable', async () => {
    const proxy = await TcpProxy.to(app.environment['DATABASE_URL'] ?? '');
    const { token } = await app.account('user');
    await withInstance({ DATABASE_URL: proxy.url }, async (instance) => {
      proxy.cut();
      const { status, body } = await instance.get('/health/ready');
      expect(status).toBe(503);
      expect(body.status).toBe('unavailable');
      expect(body.checks.postgres).toEqual({ status: 'unavailable', reason: 'no_answer' });
      expect((await instance.get('/health/live')).status).toBe(200);

      const answer = await instance.get('customers', { token });
      expectProblem(answer, 503, 'unavailable');
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
      expect(answer.text).not.toMatch(/ECONN|postgres|sql|127\.0\.0\.1/i);

      proxy.restore();
      await eventually(
        async () => (await instance.get('/health/ready')).status === 200,
        'PostgreSQL again',
      );
      expect((await instance.get('customers', { token })).status).toBe(200);
    });
    proxy.close();
  });
});

describe('GET /metrics', () => {
  test('counts requests by method, route template and status', async () => {
    await withInstance({}, async (instance) => {
      const { token } = await instance.account('user');
      const { body } = await instance.post('customers', { name: 'Ada' }, { token });
      await instance.get(`customers/${body.id}`, { token });
      await instance.get('/nothing/here');
      const { status, headers, text } = await instance.get('/metrics');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      const count = (labels: string) => `http_request_duration_seconds_count{${labels}} 1\n`;
      expect(text).toContain(count('method="GET",route="/api/v1/customers/:id",status="200"'));
      expect(text).toContain(count('method="POST",route="/api/v1/customers",status="201"'));
      expect(text).toContain(count('method="GET",route="unmatched",status="404"'));
      expect(text).not.toContain(body.id);
      expect(text).toMatch(/^session_checks_total\{/m);
      expect(text).toMatch(/^process_cpu_seconds_total /m);
    });
  });

  test('counts requests with methods that no route has as one method', async () => {
    await withInstance({}, async (instance) => {
      for (const method of ['PROPFIND', 'LOCK', 'MKCOL']) {
        expectProblem(await instance.send(method, '/health/live'), 405, 'method_not_allowed');
      }
      const { text } = await instance.get('/metrics');
      const labels = 'method="other",route="/health/live",status="405"';
      expect(text).toContain(`http_request_duration_seconds_count{${labels}} 3\n`);
      expect(text).not.toMatch(/PROPFIND|LOCK|MKCOL/);
    });
  });

  test('needs METRICS_TOKEN if it is set', async () => {
    const secret = randomBytes(16).toString('hex');
    await withInstance({ METRICS_TOKEN: secret }, async (instance) => {
      expectProblem(await instance.get('/metrics'), 401, 'unauthenticated');
      for (const authorization of ['Bearer', `Bearer ${secret}x`, `Basic ${secret}`, secret]) {
        const answer = await instance.get('/metrics', { headers: { authorization } });
        expectProblem(answer, 401, 'unauthenticated', authorization);
      }
      expect((await instance.get('/metrics', { token: secret })).status).toBe(200);
      const headers = { authorization: `bEARER ${secret}` };
      expect((await instance.get('/metrics', { headers })).status).toBe(200);
      expect((await instance.get('/health/ready')).status).toBe(200);
    });
  });

  test('answers 401 in production until METRICS_TOKEN is set', async () => {
    const token = 'Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0hA';
    await withInstance(production, async (instance) => {
      expectProblem(await instance.get('/metrics'), 401, 'unauthenticated');
      expectProblem(await instance.get('/metrics', { token: '' }), 401, 'unauthenticated');
      expectProblem(await instance.get('/metrics', { token: 'undefined' }), 401, 'unauthenticated');
    });
    await withInstance({ ...production, METRICS_TOKEN: token }, async (instance) => {
      expect((await instance.get('/metrics', { token })).status).toBe(200);
    });
  });
});

test('GET /metrics counts connections by pool, queued messages, and 503 answers by reason', async () => {
  const proxy = await TcpProxy.to(app.databaseUrl);
  await withInstance({ DATABASE_URL: proxy.url }, async (instance) => {
    const before = (await instance.get('/metrics')).text;
    expect(before).toMatch(/^database_connections_(idle|in_use)\{pool="requests"\} [1-9]/m);
    expect(before).toMatch(/^database_connections_in_use\{pool="exports"\} 0$/m);
    expect(before).toMatch(/^outbox_messages \d+$/m);
    const { token } = await app.account();
    proxy.cut();
    expect((await instance.get('users/me', { token })).status).toBe(503);
    const { text } = await instance.get('/metrics');
    expect(text).toMatch(/^http_unavailable_total\{reason="database"\} [1-9]/m);
    proxy.restore();
  });
  proxy.close();
});

test('OPS_PORT serves only GET /health and GET /metrics, and the main port everything else', async () => {
  await withOpsPort(production, async (instance, port) => {
    const operations = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await operations(path)).status, path).toBe(200);
      expectProblem(await instance.get(path), 404, 'not_found');
      expectProblem(await instance.get(`${path}/`), 404, 'not_found');
      expectProblem(await instance.send('OPTIONS', path), 404, 'not_found');
    }
    for (const path of ['/api/v1/customers', '/docs', '/docs-json', '/', '/healthy']) {
      const response = await operations(path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get('content-type'), path).toBe('application/problem+json');
    }
    expect((await instance.get('/docs-json')).status).toBe(200);
    expectProblem(await instance.get('customers'), 401, 'unauthenticated');
  });
});

/** Resolves when the other side has closed the socket. */
async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined).resume();
  if (!socket.closed) await once(socket, 'close');
}

test('MAX_CONNECTIONS closes further connections immediately and serves the others', async () => {
  await withInstance({ MAX_CONNECTIONS: '10' }, async (instance) => {
    const port = Number(new URL(instance.url).port);
    const open = Array.from({ length: 10 }, () => connect(port, '127.0.0.1'));
    try {
      await Promise.all(open.map((socket) => once(socket, 'connect')));
      await closed(connect(port, '127.0.0.1'));
      const [first] = open as [Socket];
      first.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
      const [answer] = (await once(first, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /);
    } finally {
      for (const socket of open) socket.destroy();
    }
  });
});

test(
  'OPS_PORT closes a connection without a complete request',
  async () => {
    await withOpsPort({}, async (_instance, port) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /health/live HTTP/1.1\r\n'); // without an end
      await closed(socket);
      expect(socket.closed).toBe(true);
    });
  },
  patience(20_000),
);

test('DOCS=off answers 404 for the docs and nothing else', async () => {
  await withInstance({ DOCS: 'off' }, async (instance) => {
    for (const path of ['/', '/docs', '/docs/', '/docs-json', '/docs-yaml', '/docs/errors']) {
      expectProblem(await instance.get(path), 404, 'not_found');
    }
    expect((await instance.get('/health/live')).status).toBe(200);
  });
});

test('GET / redirects to /docs with Swagger UI, and GET /docs/errors explains every code', async () => {
  const root = await app.get('/');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
  const docs = await app.get('/docs');
  expect(docs.status).toBe(200);
  expect(docs.text).toContain('swagger-ui');
  const { body } = await app.get('/docs-json');
  const errors = await app.get('/docs/errors');
  for (const code of Object.keys(body.components.examples)) {
    expect(errors.text).toContain(`id="${code}"`);
  }
});
