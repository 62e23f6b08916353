import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/client.ts';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

const ORIGIN = 'https://app.example.com';
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp({ CORS_ORIGINS: `https://other.example.com,${ORIGIN}` });
  ({ token } = await app.account('guest'));
});
afterAll(() => app.close());

const OPERATIONS = /^\/(health|metrics|\.well-known)/;

interface Route {
  path: string;
  methods: string[];
}

/** The route table of the running server, with values for its parameters. */
function routes(): Route[] {
  return [...app.app.routes].map(([template, methods]) => ({
    path: template.replace(/:\w+/g, ID).replace('*', 'index.css'),
    methods: [...methods],
  }));
}

function isApi(path: string): boolean {
  return path.startsWith('/api/v1/');
}

test('the route table contains the API, the operations routes and the docs', () => {
  const paths = routes().map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      '/',
      '/docs',
      '/docs/errors',
      '/docs-json',
      '/docs-yaml',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/api/v1/auth/login',
      `/api/v1/customers/${ID}`,
    ]),
  );
});

test('GET /docs-json contains every route of the API and of operations, and no other', async () => {
  const { body } = await app.get('/docs-json');
  const documented = Object.entries(body.paths as Record<string, object>).map(([path, item]) => [
    path.replace(/\{\w+\}/g, ID),
    Object.keys(item).sort(),
  ]);
  const served = routes()
    .filter(({ path }) => isApi(path) || OPERATIONS.test(path))
    .map(({ path, methods }) => [
      path,
      methods
        .filter((method) => method !== 'HEAD')
        .map((method) => method.toLowerCase())
        .sort(),
    ]);
  expect(Object.fromEntries(served)).toEqual(Object.fromEntries(documented));
});

/** Checks every route without a token, with the token of a guest, and with an invalid one. */
async function forEveryAnswer(check: (answer: Answer, path: string, about: string) => void) {
  for (const { path, methods } of routes()) {
    for (const method of [...methods, 'OPTIONS', 'PROPFIND']) {
      for (const send of [{}, { token }, { token: 'rubbish' }]) {
        const headers = { 'x-request-id': 'every-route', origin: ORIGIN };
        const answer = await app.send(method, path, { ...send, headers });
        check(answer, path, `${method} ${path} ${JSON.stringify(send)}: ${answer.status}`);
      }
    }
  }
}

test('every route sends the security headers, the request id and the CORS headers', async () => {
  await forEveryAnswer((answer, path, about) => {
    const headers = Object.fromEntries(answer.headers);
    expect(answer.status, about).toBeLessThan(500);
    expect(headers, about).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-request-id': 'every-route',
      'access-control-allow-origin': ORIGIN,
      vary: expect.stringContaining('Origin'),
    });
    expect(headers['content-security-policy'], about).toContain("frame-ancestors 'none'");
    // The page of the reset link must not be cached either, although it is not part of the API.
    const isCacheable = headers['cache-control'] !== 'no-store';
    expect(path === '/reset-password' || isCacheable === !isApi(path), about).toBe(true);
    expect(headers['server'] ?? headers['x-powered-by'], about).toBeUndefined();
  });
});

test('every route answers errors as problem documents', async () => {
  await forEveryAnswer((answer, _path, about) => {
    if (answer.status < 400 || answer.text === '') return;
    expectProblem(answer, answer.status, answer.body.code, about);
  });
});

test('every route answers 405 to other methods and 204 to OPTIONS, both with Allow', async () => {
  for (const { path, methods } of routes()) {
    const allow = [...methods, 'OPTIONS'].sort().join(', ');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY']) {
      if (methods.includes(method)) continue;
      const answer = await app.send(method, path);
      expect(answer.status, `${method} ${path}`).toBe(405);
      expect(answer.headers.get('allow'), `${method} ${path}`).toBe(allow);
      if (method !== 'HEAD') expectProblem(answer, 405, 'method_not_allowed', path);
    }
    const options = await app.send('OPTIONS', path);
    expect(options.status, path).toBe(204);
    expect(options.headers.get('allow'), path).toBe(allow);
    expect(options.text, path).toBe('');
  }
});

test('every route with GET answers HEAD with the same headers and no body', async () => {
  for (const { path, methods } of routes()) {
    expect(methods.includes('HEAD'), path).toBe(methods.includes('GET'));
    if (!methods.includes('GET')) continue;
    const [get, head] = [await app.get(path, { token }), await app.send('HEAD', path, { token })];
    expect(head.status, path).toBe(get.status);
    expect(head.text, path).toBe('');
    for (const name of ['content-type', 'etag', 'cache-control']) {
      expect(head.headers.get(name), `${name} of ${path}`).toBe(get.headers.get(name));
    }
  }
});

test('every route accepts a trailing slash', async () => {
  for (const { path, methods } of routes()) {
    if (['/', '/docs'].includes(path)) continue; // /docs/ redirects, see docs.test.ts
    for (const method of methods) {
      const plain = await app.send(method, path);
      const slashed = await app.send(method, `${path}/`);
      expect(slashed.status, `${method} ${path}/`).toBe(plain.status);
      expect(slashed.body?.code, `${method} ${path}/`).toBe(plain.body?.code);
    }
  }
});

describe('CORS', () => {
  test('allows pages on localhost only with NODE_ENV=development', async () => {
    const development = await startSecondInstance(app, { NODE_ENV: 'development' });
    const allowedBy = async (instance: TestApp, origin: string) =>
      (await instance.get('/health/live', { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    try {
      for (const host of ['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:1']) {
        expect(await allowedBy(development, host)).toBe(host);
        expect(await allowedBy(app, host)).toBeNull();
      }
      for (const host of ['http://localhost.evil.org', 'http://evil.org', 'null']) {
        expect(await allowedBy(development, host)).toBeNull();
      }
      expect(await allowedBy(development, ORIGIN)).toBe(ORIGIN);
    } finally {
      await development.close();
    }
  });

  test('answers a preflight with the allowed methods and headers, valid for ten minutes', async () => {
    const answer = await app.send('OPTIONS', 'customers', {
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,if-match',
      },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers':
        'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id, ' +
        'traceparent, tracestate',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
  });

  test('exposes the headers of the API and never allows credentials', async () => {
    const { headers } = await app.get('/health/live', { headers: { origin: ORIGIN } });
    expect(headers.get('access-control-expose-headers')).toBe(
      'ETag, Location, Link, Content-Disposition, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, ' +
        'Idempotency-Replayed, WWW-Authenticate',
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test.each([
    ['414', `GET /${'x'.repeat(5_000)} HTTP/1.1\r\nHost: x`, 414],
    ['a malformed path', 'GET /%zz HTTP/1.1\r\nHost: x', 400],
    ['a repeated header', 'GET / HTTP/1.1\r\nHost: x\r\nHost: x', 400],
    ['a missing host', 'GET / HTTP/1.1', 400],
    ['too many header lines', `GET / HTTP/1.1\r\nHost: x${'\r\nX-A: 1'.repeat(101)}`, 431],
    ['headers too large', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'x'.repeat(20_000)}`, 431],
    ['broken HTTP', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense', 400],
    ['an unknown path', 'GET /nothing HTTP/1.1\r\nHost: x', 404],
  ])('is also sent with early errors: %s', async (_name, head, status) => {
    const [line, ...rest] = head.split('\r\n');
    const request = [line, `Origin: ${ORIGIN}`, ...rest, 'Connection: close', '', ''].join('\r\n');
    const answer = await exchange(app.url, request);
    expect(answer?.status).toBe(status);
    expect(answer?.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer?.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(answer?.headers.get('vary')).toBe('Origin');
  });

  test('is also sent if blanks surround the origin in a request that is not valid HTTP', async () => {
    const request = `FETCH / HTTP/1.1\r\nHost: x\r\nORIGIN:\t${ORIGIN} \t\r\n\r\n`;
    const answer = await exchange(app.url, request);
    expect(answer?.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  test('is also sent if only the body is not valid HTTP, in a later packet', async () => {
    const head =
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\n` +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n';
    const write = (send: (chunk: string) => void) => setTimeout(() => send('no size\r\n'), 50);
    const answer = await exchange(app.url, head, { write });
    expect(answer?.status).toBe(400);
    expect(answer?.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  test('is not sent for an origin in the body of a request that is not valid HTTP', async () => {
    const answer = await exchange(app.url, `FETCH / HTTP/1.1\r\n\r\nx\r\nOrigin: ${ORIGIN}\r\n`);
    expect(answer?.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is also sent with the 404 of an unknown path, for any method', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PROPFIND']) {
      const answer = await app.send(method, '/nothing', { headers: { origin: ORIGIN } });
      expectProblem(answer, 404, 'not_found', method);
      expect(answer.headers.get('access-control-allow-origin'), method).toBe(ORIGIN);
    }
  });

  test.each(['https://app.example.com.evil.org', 'http://app.example.com', 'null', ''])(
    'does not allow the origin %j',
    async (origin) => {
      const answer = await app.get('/health/live', { headers: { origin } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );
});
