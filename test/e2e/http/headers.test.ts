import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  ({ token } = await app.account('user'));
});
afterAll(() => app.close());

describe('X-Request-Id', () => {
  test.each(['a', 'A-b_c.9', 'x'.repeat(128)])('%s is taken over', async (id) => {
    const { headers } = await app.get('customers', { token, headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toBe(id);
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a/b', 'a\tb', '{"a":1}', 'é', '<script>'])(
    '%j is replaced',
    async (id) => {
      const { headers } = await app.get('customers', { token, headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );

  test('is another one for every request that sends none', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => app.get('/health/live')));
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a header that may occur once', () => {
  const lines: Record<string, string> = {
    Host: 'x',
    Authorization: 'Bearer x',
    'Content-Type': 'application/json',
    'If-Match': '"1"',
    'If-None-Match': '"1"',
    'Idempotency-Key': 'x',
    'X-Request-Id': 'x',
  };

  test.each(Object.entries(lines))('%s is 400 when it is sent twice', async (name, value) => {
    const host = name === 'Host' ? '' : 'Host: x\r\n';
    for (const second of [value, 'other', '']) {
      const answer = await exchange(
        app.url,
        `GET /api/v1/customers HTTP/1.1\r\n${host}Connection: close\r\n` +
          `${name}: ${value}\r\n${name.toLowerCase()}: ${second}\r\n\r\n`,
      );
      expectProblem(answer, 400, 'malformed_request', name);
    }
  });

  test('is 400 on a public route, too', async () => {
    const answer = await exchange(
      app.url,
      'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expectProblem(answer, 400, 'malformed_request');
  });
});

describe('limits of URL and headers', () => {
  test('a URL of 4 KiB is read, a longer one is 414', async () => {
    const path = '/api/v1/customers?name=';
    const fitting = path + 'x'.repeat(4_096 - path.length);
    expectInvalid(await app.get(fitting, { token }), { name: 'length' });
    expectProblem(await app.get(`${fitting}x`, { token }), 414, 'uri_too_long');
    expectProblem(await app.get(`/${'x'.repeat(5_000)}`), 414, 'uri_too_long');
  });

  test('16 KiB of headers are 431', async () => {
    const headers = { 'x-large': 'x'.repeat(17 * 1_024) };
    expectProblem(await app.get('customers', { token, headers }), 431, 'headers_too_large');
  });

  test('a hundred header lines are read, one more is 431', async () => {
    const request = (count: number) =>
      `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'X-A: 1\r\n'.repeat(count - 2)}\r\n`;
    expect((await exchange(app.url, request(100)))?.status).toBe(200);
    expectProblem(await exchange(app.url, request(101)), 431, 'headers_too_large');
    expectProblem(await exchange(app.url, request(1_500)), 431, 'headers_too_large');
  });
});

describe('If-Match that cannot be read', () => {
  test.each(['1', 'W/1', '"1', '"a" "b"', '', ',', '"1",', '*, "1"', "'1'"])(
    '%j cannot be read',
    async (tag) => {
      const { body } = await app.post('customers', { name: 'Ada' }, { token });
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const answer = await app.send(method, `customers/${body.id}`, {
          token,
          headers: { 'if-match': tag },
          ...(method !== 'DELETE' && { body: { name: 'Bob' } }),
        });
        expectInvalid(answer, { 'If-Match': 'format' }, `${method} ${tag}`);
      }
    },
  );
});

describe('Authorization that cannot be read', () => {
  test.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,Bearer b',
    `Bearer ${'x'.repeat(8_000)}`,
    'Bearer \u00ff',
    'Bearer ..',
  ])('%.30j is no token', async (authorization) => {
    const answer = await app.get('customers', { headers: { authorization } });
    expectProblem(answer, 401, 'invalid_token');
  });

  test('none at all, or another scheme, is another error', async () => {
    expectProblem(await app.get('customers'), 401, 'unauthenticated');
    for (const authorization of ['', 'Basic dTpw', 'Token x']) {
      const answer = await app.get('customers', { headers: { authorization } });
      expectProblem(answer, 401, 'unauthenticated', authorization);
    }
  });

  test('the name of the scheme may have any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await app.get('customers', { headers })).status).toBe(200);
    }
  });

  test('a token in the query is not one', async () => {
    expectProblem(await app.get(`customers?access_token=${token}`), 401, 'unauthenticated');
  });
});

test('in production browsers have to use TLS', async () => {
  const production = await startApp({
    NODE_ENV: 'production',
    MAIL_URL: 'none',
    REGISTRATION: 'open',
    METRICS_TOKEN: 'Vn4kW8xQ2rT7yB1mC6zJ9pL5sD3fG0hA',
    TRUST_PROXY: '0',
  });
  try {
    const { headers } = await production.get('/health/live');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    const answer = await app.get('/health/live');
    expect(answer.headers.get('strict-transport-security')).toBeNull();
  } finally {
    await production.close();
  }
});
