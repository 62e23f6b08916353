import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConsoleOn } from '../../../src/console/console.js';
import { FIELD_NAMES } from '../../../src/customers/customer-fields.js';
import { startApp, type TestApp } from '../../support/app.ts';
import { testConfig } from '../../support/config.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('GET /console', () => {
  test('returns the page with relative paths, so that a proxy can serve it below any path', async () => {
    for (const [path, files] of [
      ['/console', '"./console/main.js"'],
      ['/console/', '"./main.js"'],
    ] as const) {
      const page = await app.get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.text).toContain(`src=${files}`);
    }
  });

  test('allows files and requests of the same origin only, and nothing inline', async () => {
    for (const path of ['/console/', '/console/main.js', '/console/style.css']) {
      const policy = (await app.get(path)).headers.get('content-security-policy') ?? '';
      expect(Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/)))).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self'",
        'connect-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
    }
    const page = await app.get('/console/');
    expect(page.text).not.toMatch(/<style|style=| on\w+=|<script>|https?:/);
  });

  test('serves a label for each field of a customer', async () => {
    const { text } = await app.get('/console/values.js');
    const [, block = ''] = /LABELS = \{([^}]+)\}/.exec(text) ?? [];
    const labels = [...block.matchAll(/^ {2}(\w+): '/gm)].map(([, name]) => name);
    expect(new Set(labels)).toEqual(new Set(FIELD_NAMES.filter((name) => name !== 'metadata')));
  });

  test('sets no cookie', async () => {
    expect((await app.get('/console/')).headers.get('set-cookie')).toBeNull();
  });

  test('serves each file that the page imports', async () => {
    const seen = new Set<string>();
    const pending = ['main.js'];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      const answer = await app.get(`/console/${file}`);
      expect(answer.status, file).toBe(200);
      expect(answer.headers.get('content-type'), file).toBe('text/javascript; charset=utf-8');
      for (const [, name = ''] of answer.text.matchAll(/\bfrom ?["']([^"' ]+)["'];/g)) {
        expect(name, file).toMatch(/^\.\/[\w-]+\.js$/);
        pending.push(name.slice(2));
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['preact.js', 'preact-hooks.js', 'htm.js', 'constants.js']),
    );
  });

  test('must be revalidated each time, and answers 304 if nothing has changed', async () => {
    const first = await app.get('/console/main.js');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const second = await app.get('/console/main.js', { headers });
    expect([second.status, second.text]).toEqual([304, '']);
  });

  test.each(['nothing.js', '..%2fconsole.js', 'main.js%00', 'constructor'])(
    'answers 404 for the file %s',
    async (file) => {
      expectProblem(await app.get(`/console/${file}`), 404, 'not_found');
    },
  );
});

describe('CONSOLE', () => {
  test('is on by default, and off in production', () => {
    const database = { DATABASE_URL: 'postgres://localhost/x' };
    const production = { ...database, NODE_ENV: 'production', TRUST_PROXY: '0', MAIL_URL: 'none' };
    const closed = { ...production, REGISTRATION: 'closed', RATE_LIMIT: 'on' };
    expect(isConsoleOn(testConfig(database))).toBe(true);
    expect(isConsoleOn(testConfig({ ...database, CONSOLE: 'off' }))).toBe(false);
    expect(isConsoleOn(testConfig(closed))).toBe(false);
    expect(isConsoleOn(testConfig({ ...closed, CONSOLE: 'on' }))).toBe(true);
  });
});
