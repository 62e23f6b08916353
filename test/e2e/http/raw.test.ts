import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
});
afterAll(() => app.close());

const BODY = '{"name":"Ada Lovelace"}';
const openHead = () =>
  'POST /api/v1/customers HTTP/1.1\r\nHost: x\r\n' +
  `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
const head = () => `${openHead()}Connection: close\r\n`;

describe('a request that is not valid HTTP', () => {
  test.each([
    ['noise', '\x00\x01\x02\x03\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a space in the target', 'GET / x HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in lower case', 'get / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: x\n\n'],
    ['a bare carriage return', 'GET / HTTP/1.1\r\nHost: x\rX-A: a\r\n\r\n'],
    ['no host', 'GET /api/v1/customers HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ...['x/y', 'user@x', 'a b', 'x, y', 'x:1:2', 'x:port', '[::1', 'ä'].map((host) => [
      `the host ${host}`,
      `GET /api/v1/customers HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    ]),
  ])('is answered 400: %s', async (_name, request) => {
    const answer = await exchange(app.url, Buffer.from(request, 'latin1'), { isEnded: true });
    expectProblem(answer, 400, 'malformed_request');
    expect(answer?.headers.get('connection')).toBe('close');
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  test('HTTP/1.0 without a host is answered 200', async () => {
    expect((await exchange(app.url, 'GET /health/live HTTP/1.0\r\n\r\n'))?.status).toBe(200);
  });

  test.each(['', 'x.', 'x_y:', '[::1]:3000', 'xn--mnchen-3ya.de:443'])(
    'the host %j is answered 200',
    async (host) => {
      const request = `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      expect((await exchange(app.url, request))?.status).toBe(200);
    },
  );
});

test('CONNECT is answered even if the client resets the connection or keeps it open', async () => {
  const { hostname, port } = new URL(app.url);
  const request = 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n';
  const reset = connect({ host: hostname, port: Number(port) });
  reset.write(request, () => reset.resetAndDestroy());
  const open = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  open.on('error', () => {}); // the server has closed the connection, as the test expects
  const closed = new Promise((resolve) => open.on('close', resolve));
  open.write(request);
  open.resume();
  await once(open, 'end');
  const sending = setInterval(() => open.write('x'), 20);
  await closed;
  clearInterval(sending);
  expect((await app.get('/health/live')).status).toBe(200);
});

describe('a request with an ambiguous length', () => {
  test.each([
    ['a length and chunks', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nG'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef'],
    ['two equal lengths', 'Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde'],
    ['a list of lengths', 'Content-Length: 5, 5\r\n', 'abcde'],
    ['a negative length', 'Content-Length: -1\r\n', 'abcde'],
    ['a length with a sign', 'Content-Length: +5\r\n', 'abcde'],
    ['a hexadecimal length', 'Content-Length: 0x5\r\n', 'abcde'],
    [
      'a length that is too large for a number',
      'Content-Length: 99999999999999999999\r\n',
      'abcde',
    ],
    ['an unknown encoding', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'],
    ['chunked not as the last encoding', 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'],
    ['two encodings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n', '0\r\n\r\n'],
    ['a bad chunk size', 'Transfer-Encoding: chunked\r\n', 'xyz\r\nabc\r\n0\r\n\r\n'],
    ['a chunk longer than its size', 'Transfer-Encoding: chunked\r\n', '1\r\nabc\r\n0\r\n\r\n'],
    ['a bare line feed in chunks', 'Transfer-Encoding: chunked\r\n', '1\na\r\n0\r\n\r\n'],
  ])('is refused, and the bytes after it are no request: %s', async (_name, framing, body) => {
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    // Without Connection: close, so that the server could answer the smuggled request.
    const answer = await exchange(app.url, `${openHead()}${framing}\r\n${body}${smuggled}`);
    expect([400, 413]).toContain(answer?.status);
    expectProblem(answer, answer?.status ?? 0, answer?.body.code);
    expect(answer?.rest).toBe('');
  });
});

test('GET with a target in absolute form is answered 200', async () => {
  const answer = await exchange(
    app.url,
    'GET http://example.com/health/live?x=http://y HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n',
  );
  expect(answer?.status).toBe(200);
});

test.each(['*', 'example.com', '//health/live', '/\\health', 'ftp://x/health/live'])(
  'GET with the target %s is answered 400 or 404',
  async (target) => {
    const answer = await exchange(
      app.url,
      `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect([400, 404]).toContain(answer?.status);
    expectProblem(answer, answer?.status ?? 0, answer?.body.code);
  },
);

test('OPTIONS * is answered 204 with the methods of the service', async () => {
  const request = 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const answer = await exchange(app.url, request);
  expect(answer?.status).toBe(204);
  expect(answer?.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT');
  expectProblem(await exchange(app.url, request.replace('OPTIONS', 'GET')), 404, 'not_found');
});

test('Expect: 100-continue is answered 100, and any other expectation is ignored', async () => {
  const length = `Content-Length: ${BODY.length}\r\n`;
  const interim = await exchange(app.url, `${head()}Expect: 100-continue\r\n${length}\r\n${BODY}`);
  expect(interim?.status).toBe(100);
  const other = await exchange(app.url, `${head()}Expect: the best\r\n${length}\r\n${BODY}`);
  expect(other?.status).toBe(201);
});

test('Upgrade: h2c is ignored', async () => {
  const answer = await exchange(
    app.url,
    'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: h2c\r\n\r\n',
  );
  expect(answer?.status).toBe(200);
});

test('POST /customers with a body that is cut off stores nothing', async () => {
  const count = async () => app.query('SELECT count(*) FROM customers');
  const before = await count();
  const request = `${head()}Content-Length: 9999\r\n\r\n${BODY}`;
  const answer = await exchange(app.url, request, { isEnded: true });
  if (answer) expectProblem(answer, 400, 'malformed_request');
  expect(await count()).toEqual(before);
});

test('requests are answered after twenty clients disconnected before their answers', async () => {
  const request = `${head()}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
  await Promise.all(
    Array.from({ length: 20 }, () => exchange(app.url, request, { isEnded: true })),
  );
  expect((await app.get('customers', { token })).status).toBe(200);
});

test('pipelined requests are answered in order', async () => {
  const get = (path: string, end = '') =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${path.slice(1, 5)}\r\n${end}\r\n`;
  const answer = await exchange(app.url, get('/one') + get('/two', 'Connection: close\r\n'));
  expect(answer?.headers.get('x-request-id')).toBe('one');
  expect(answer?.rest).toMatch(/^HTTP\/1\.1 404 .*\r\nx-request-id: two\r\n/is);
});

describe('slow clients', () => {
  const drip = (piece: string) => (send: (chunk: string) => void) => {
    const timer = setInterval(() => send(piece), 500);
    void sleep(25_000, undefined, { ref: false }).then(() => clearInterval(timer));
  };

  test.concurrent('headers without an end are answered 408', async () => {
    const answer = await exchange(app.url, 'GET / HTTP/1.1\r\nHost: x\r\n', {
      write: drip('X-A: 1\r\n'),
    });
    expectProblem(answer, 408, 'request_timeout');
  });

  test.concurrent('a body without an end is answered 408', async () => {
    const headers = 'X-Request-Id: slow\r\nContent-Length: 9999\r\n';
    const answer = await exchange(app.url, `${head()}${headers}\r\n{`, { write: drip(' ') });
    expectProblem(answer, 408, 'request_timeout');
    expect(answer?.body).toMatchObject({ request_id: 'slow', instance: '/api/v1/customers' });
  });

  test.concurrent('chunks without an end are answered 408', async () => {
    const answer = await exchange(
      app.url,
      `${head()}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
      {
        write: drip('1\r\n \r\n'),
      },
    );
    expectProblem(answer, 408, 'request_timeout');
  });

  test.concurrent('the beginning of a file that does not end is 408', async () => {
    const { token: admin } = await app.account('admin');
    const path = '/api/v1/customers/import/preview';
    const answer = await exchange(
      app.url,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${admin}\r\n` +
        'Content-Type: text/csv\r\nContent-Length: 9999\r\n\r\nname\r\n',
      { write: drip(' ') },
    );
    expectProblem(answer, 408, 'request_timeout');
  });

  test.concurrent('other requests are answered at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => app.get('customers', { token })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
