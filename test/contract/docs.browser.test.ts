import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { catalogue } from '../../src/common/errors/catalogue.js';
import { PASSWORD, startApp, type TestApp } from '../support/app.ts';
import { startBrowser } from '../support/browser.ts';
import { patience } from '../support/patience.ts';

/** Milliseconds. Installing a browser and rendering its first pages are slow. */
const PATIENCE = patience(300_000);
vi.setConfig({ testTimeout: PATIENCE });

let app: TestApp;
let browser: Browser | undefined;
let page: Page;
/** Errors and warnings of the browser console, and files that failed to load. */
let problems: string[];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
}, PATIENCE);
afterAll(async () => {
  await browser?.close();
  await app.close();
});

beforeEach(({ skip }) => {
  if (!browser) {
    console.log('SKIPPED: /docs in a browser needs chromium on the PATH.');
    return skip('no browser');
  }
});

/** Opens a page with its own storage. */
async function openPage(): Promise<void> {
  if (!browser) return; // each test is skipped
  page = await browser.newPage({ baseURL: app.url });
  problems = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('requestfailed', (request) => problems.push(`not loaded: ${request.url()}`));
}

/** All tests share one page, because rendering takes seconds. Each test restores its state. */
describe('/docs in a browser, without an account', () => {
  let initialProblems: string[];
  beforeAll(async () => {
    if (!browser) return;
    await openPage();
    await page.goto('/docs');
    await page.locator('.opblock').first().waitFor();
    initialProblems = [...problems];
  }, PATIENCE);
  afterAll(() => page?.close());

  test('shows every operation without errors in the console', async () => {
    const { paths, webhooks } = (await app.get('/docs-json')).body as Record<
      'paths' | 'webhooks',
      Record<string, object>
    >;
    const items = [...Object.values(paths), ...Object.values(webhooks)];
    const count = items.flatMap((item) => Object.keys(item)).length;
    expect(await page.locator('.opblock').count()).toBe(count);
    expect(initialProblems).toEqual([]);
  });

  test('explains why a log-in failed', async () => {
    await page.locator('#assist [name=login]').fill('nobody');
    await page.locator('#assist [name=password]').fill('wrong');
    await page.locator('#assist button').click();
    await page
      .locator('#assist output', { hasText: catalogue.invalid_credentials.meaning })
      .waitFor();
    expect(await page.locator('#assist output').innerText()).not.toBe('');
  });

  test('searches routes by words, and shows error responses on request', async () => {
    await page.locator('#assist [type=search]').fill('restore customer');
    expect(await page.locator('.opblock:visible').count()).toBe(1);
    await page.locator('.opblock:visible .opblock-summary').click();
    const responses = page.locator('.opblock:visible .responses-table .response:visible');
    await responses.first().waitFor();
    expect(await responses.count()).toBe(1);
    await page.locator('#assist [name=errors]').check();
    expect(await responses.count()).toBeGreaterThan(5);
    await page.locator('#assist [name=errors]').uncheck();
    await page.locator('.opblock:visible .opblock-summary').click();
    await page.locator('#assist [type=search]').fill('');
  });

  test('offers a file chooser for an import', async () => {
    const operation = page.locator('.opblock-post', {
      has: page.locator('[data-path="/api/v1/customers/import"]'),
    });
    await operation.locator('.opblock-summary').click();
    await operation.locator('input[type=file]').waitFor();
    expect(await operation.locator('input[type=file]').count()).toBe(1);
    await operation.locator('.opblock-summary').click();
  });

  test('fits the screen of a phone', async () => {
    const original = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.locator('meta[name=viewport]').getAttribute('content')).toContain(
      'device-width',
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (original) await page.setViewportSize(original);
  });
});

/** Both tests share one page. The refused request comes last, because the console reports its 403. */
describe('/docs in a browser, with a token', () => {
  let id: string;
  beforeAll(async () => {
    if (!browser) return;
    const account = await app.account('viewer');
    id = account.id;
    await openPage();
    await page.goto('/docs');
    await authorize(account.token);
  }, PATIENCE);
  afterAll(() => page?.close());

  test('sends a request with the token, also after a reload', async () => {
    await page.reload();
    const answer = await tryOut('/api/v1/users/{id}', { id: 'me' });
    expect(answer.status).toBe('200');
    expect(JSON.parse(answer.body)).toMatchObject({ id, role: 'viewer' });
    expect(problems).toEqual([]);
  });

  test('shows the problem document of a refused request', async () => {
    const answer = await tryOut('/api/v1/audit-events');
    expect(answer.status).toBe('403');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'forbidden' });
  });
});

describe('/docs in a browser, with a password', () => {
  beforeEach(openPage);
  afterEach(() => page?.close());

  test('logs in with username and password, and refreshes the access token automatically', async () => {
    const { id, username } = await app.account('viewer');
    await page.clock.install();
    await page.goto('/docs');
    await page.locator('#assist [name=login]').fill(username);
    await page.locator('#assist [name=password]').fill(PASSWORD);
    await page.locator('#assist button').click();
    await page.locator('#assist output', { hasText: 'Logged in' }).waitFor();
    const refreshed = page.waitForResponse((answer) => answer.url().endsWith('/auth/refresh'));
    await page.clock.fastForward('10:00');
    expect((await refreshed).status()).toBe(200);
    const answer = await tryOut('/api/v1/users/{id}', { id: 'me' });
    expect(JSON.parse(answer.body)).toMatchObject({ id });
    expect(problems).toEqual([]);
  });
});

describe('/docs/errors in a browser', () => {
  beforeEach(openPage);
  afterEach(() => page?.close());

  test('shows the meaning and remedy of every code without errors in the console', async () => {
    await page.goto('/docs/errors');
    for (const [code, { status, title, meaning, remedy }] of Object.entries(catalogue)) {
      const row = await page.locator(`tr#${code}`).innerText();
      const text = [code, String(status), `${title}. ${meaning}`, remedy].join('\t');
      expect(row.replaceAll(/\s*\t\s*/g, '\t').trim()).toBe(text.replaceAll('`', ''));
    }
    expect(problems).toEqual([]);
  });

  test('is the page to which the type of a problem links', async () => {
    const { body } = await app.get('users/me');
    await page.goto(String(body.type));
    expect(await page.locator('tr:target').getAttribute('id')).toBe('unauthenticated');
  });
});

async function authorize(token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click();
  const form = page.locator('.modal-ux form', { hasText: 'bearer (http' }).first();
  await form.locator('input[type="text"]').fill(token);
  await form.locator('button[type="submit"]').click();
  await form.locator('.btn-done').click();
}

/** Opens the GET of a path, fills in its parameters and presses Execute. */
async function tryOut(
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<{ status: string; body: string }> {
  const operation = page.locator('.opblock-get', { has: page.locator(`[data-path="${path}"]`) });
  await operation.locator('.opblock-summary').click();
  for (const [name, value] of Object.entries(parameters)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await operation.locator('.execute').click();
  const response = operation.locator('.live-responses-table .response').first();
  const status = await response.locator('.response-col_status').innerText();
  const body = await response.locator('.response-col_description code').first().innerText();
  return { status: status.trim(), body };
}
