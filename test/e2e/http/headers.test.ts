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
  test.each(['a', 'A-b_c.9', 'x'.repeat(128)])('%s is returned', async (id) => {
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

  test('is a new one for every request without the header', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => app.get('/health/live')));
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a header that may occur only once', () => {
  const lines: Record<string, string> = {
    Host: 'x',
    Authorization: 'Bearer x',
    'Content-Type': 'application/json',
    'If-Match': '"1"',
    'If-None-Match': '"1"',
    'Idempotency-Key': 'x',
    'X-Request-Id': 'x',
  };

  test.each(Object.entries(lines))('%s sent twice is answered 400', async (name, value) => {
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

  test('is also answered 400 by GET /health/live', async () => {
    const answer = await exchange(
      app.url,
      'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expectProblem(answer, 400, 'malformed_request');
  });
});

describe('the limits of URL and headers', () => {
  test('accept a URL of 4 KiB and answer 414 for a longer one', async () => {
    const path = '/api/v1/customers?name=';
    const fitting = path + 'x'.repeat(4_096 - path.length);
    expectInvalid(await app.get(fitting, { token }), { name: 'length' });
    expectProblem(await app.get(`${fitting}x`, { token }), 414, 'uri_too_long');
    expectProblem(await app.get(`/${'x'.repeat(5_000)}`), 414, 'uri_too_long');
  });

  test('answer 431 for more than 16 KiB of headers', async () => {
    const headers = { 'x-large': 'x'.repeat(17 * 1_024) };
    expectProblem(await app.get('customers', { token, headers }), 431, 'headers_too_large');
  });

  test('accept a hundred header lines and answer 431 for one more', async () => {
    const request = (count: number) =>
      `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'X-A: 1\r\n'.repeat(count - 2)}\r\n`;
    expect((await exchange(app.url, request(100)))?.status).toBe(200);
    expectProblem(await exchange(app.url, request(101)), 431, 'headers_too_large');
    expectProblem(await exchange(app.url, request(1_500)), 431, 'headers_too_large');
  });
});

describe('PUT, PATCH and DELETE /customers/{id} with a malformed If-Match', () => {
  test.each(['1', 'W/1', '"1', '"a" "b"', '', ',', '*, "1"', "'1'"])(
    'answer 400 for %j',
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

describe('GET /customers with an Authorization header', () => {
  test.each(
    [
      'Bearer',
      'Bearer ',
      'Bearer a b',
      'Bearer a,Bearer b',
      `Bearer ${'x'.repeat(8_000)}`,
      'Bearer \u00ff',
      'Bearer ..',
    ].map((value) => [value.slice(0, 30), value]),
  )('answers 401 invalid_token for %j', async (_, authorization = '') => {
    const answer = await app.get('customers', { headers: { authorization } });
    expectProblem(answer, 401, 'invalid_token');
  });

  test('answers 401 unauthenticated for another scheme and without the header', async () => {
    expectProblem(await app.get('customers'), 401, 'unauthenticated');
    for (const authorization of ['', 'Basic dTpw', 'Token x']) {
      const answer = await app.get('customers', { headers: { authorization } });
      expectProblem(answer, 401, 'unauthenticated', authorization);
    }
  });

  test('accepts the scheme in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await app.get('customers', { headers })).status).toBe(200);
    }
  });

  test('ignores a token in the query', async () => {
    expectProblem(await app.get(`customers?access_token=${token}`), 401, 'unauthenticated');
  });
});

test('NODE_ENV=production sends Strict-Transport-Security', async () => {
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
