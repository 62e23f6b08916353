import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

function get(target: string, ...headers: string[]) {
  const lines = [`GET ${target} HTTP/1.1`, 'Host: x', ...headers, 'Connection: close', '', ''];
  return exchange(app.url, lines.join('\r\n'));
}

describe('GET /docs', () => {
  test.each([
    ['/docs/', '../docs'],
    ['/docs/?x=1', '../docs?x=1'],
  ])(
    '%s redirects to /docs, to which the files of the page are relative',
    async (target, place) => {
      const answer = await get(target);
      expect([answer?.status, answer?.headers.get('location')]).toEqual([302, place]);
    },
  );

  test.each(
    [
      '/docs/a//b',
      '/docs//',
      '/docs///x',
      '/docs/%00',
      '/docs/index.html%00.css',
      '/docs/..%2f..%2fpackage.json',
      '/docs/%2e%2e/%2e%2e/package.json',
      '/docs/../package.json',
      '/docs/....//package.json',
      '/docs/.hidden',
      '/docs/nothing.css',
      '/docs/%ff',
      `/docs/${'a/'.repeat(1_000)}`,
      `/docs/${'x'.repeat(300)}`,
      '/docs/C:%5Cwindows',
      '/docs/index.css/x',
    ].map((target) => [target.slice(0, 60), target]),
  )('%s answers a 400 or 404 problem', async (_, target = '') => {
    const answer = await get(target);
    expect([400, 404], answer?.text).toContain(answer?.status);
    expectProblem(answer, answer?.status ?? 0, answer?.body.code);
  });

  test.each([
    'Range: bytes=0-9',
    'Range: bytes=99999999-',
    'Range: nonsense',
    'Range: bytes=0-1,5-9,20-30',
    'If-Match: "1"',
    'If-Match: nonsense',
    'If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
    'If-Range: "x"',
    'If-Modified-Since: nonsense',
  ])('sends the whole file with %s', async (header) => {
    const whole = await get('/docs/swagger-ui.css');
    const answer = await get('/docs/swagger-ui.css', header);
    expect(answer?.status).toBe(200);
    expect(answer?.headers.get('content-length')).toBe(whole?.headers.get('content-length'));
  });

  test('answers 405 to methods other than GET, HEAD and OPTIONS', async () => {
    for (const method of ['POST', 'DELETE', 'PROPFIND', 'OPTIONS']) {
      const answer = await app.send(method, '/docs/swagger-ui.css');
      expect([answer.status, answer.headers.get('allow')], method).toEqual([
        method === 'OPTIONS' ? 204 : 405,
        'GET, HEAD, OPTIONS',
      ]);
    }
  });

  test('answers 304 for the ETag of the current file', async () => {
    const { headers } = await app.get('/docs/swagger-ui.css');
    const answer = await get('/docs/swagger-ui.css', `If-None-Match: ${headers.get('etag')}`);
    expect(answer?.status).toBe(304);
  });
});

describe('with PUBLIC_URL', () => {
  const PUBLIC_URL = 'https://example.com/service/';
  let known: TestApp;
  let token: string;
  beforeAll(async () => {
    known = await startApp({ PUBLIC_URL });
    ({ token } = await known.account('admin'));
  });
  afterAll(() => known.close());

  test('GET /docs-json contains it as the server, and the page of /docs uses its own host', async () => {
    // Clients append the path. A slash at the end would be doubled.
    const { body } = await known.get('/docs-json');
    expect(body.servers).toEqual([{ url: 'https://example.com/service' }]);
    const { text } = await known.get('/docs/swagger-ui-init.js');
    expect(text).toMatch(/"servers": \[\s*\{\s*"url": "\/service"\s*\}\s*\]/);
    expect((await known.get('/docs')).text).toContain("src='/service/docs/assist.js'");
  });

  test('Location and Link of /customers begin with it', async () => {
    const created = await known.post('customers', { name: 'Ada' }, { token });
    const location = `https://example.com/service/api/v1/customers/${created.body.id}`;
    expect(created.headers.get('location')).toBe(location);
    await known.post('customers', { name: 'Grace' }, { token });
    const { headers } = await known.get('customers?limit=1&sort=name', { token });
    expect(headers.get('link')).toMatch(
      /^<https:\/\/example\.com\/service\/api\/v1\/customers\?limit=1&sort=name&cursor=[\w-]+>; rel="next"$/,
    );
  });
});
