import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../src/common/config/config.js';
import axe from 'axe-core';
import type { Browser, Download, Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../support/app.ts';
import { otp } from '../support/authenticator.ts';
import { startBrowser } from '../support/browser.ts';
import { patience } from '../support/patience.ts';
import { Balancer } from './balancer.ts';

const PICTURES = join(import.meta.dirname, '..', '..', 'docs', 'console');

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 800 };

/** Milliseconds. Installing a browser is slow. */
const PATIENCE = patience(300_000);

/**
 * Starts the world of a test file before its tests and stops it afterwards. The tests are skipped where
 * there is no browser.
 */
export function useWorld(variables: Environment, prepare: (world: World) => Promise<void>) {
  let world: World | undefined;
  vi.setConfig({ testTimeout: PATIENCE });
  beforeAll(async () => {
    world = await World.start(variables);
    if (world) await prepare(world);
  }, PATIENCE);
  afterAll(() => world?.stop());
  beforeEach(({ skip }) => {
    if (world) return;
    console.log('SKIPPED: the console needs chromium on the PATH.');
    skip('no browser');
  });
  return (): World => {
    if (!world) throw new Error('The world has not been started');
    return world;
  };
}

/** A browser, and two instances behind a balancer that alternates between them. */
export class World {
  /** Errors and warnings in the console of the browser. */
  private readonly browserProblems: string[] = [];
  private readonly pages = new Set<Page>();
  private readonly kept = new Map<string, Page>();

  private constructor(
    readonly app: TestApp,
    private readonly second: TestApp,
    readonly balancer: Balancer,
    private readonly browser: Browser,
  ) {}

  /** @returns undefined where there is no browser and none can be installed */
  static async start(variables: Environment = {}): Promise<World | undefined> {
    const browser = await startBrowser();
    if (!browser) return undefined;
    const app = await startApp(variables);
    const second = await startSecondInstance(app);
    const balancer = new Balancer([app.url, second.url]);
    await balancer.start();
    return new World(app, second, balancer, browser);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.balancer.stop();
    await this.second.close();
    await this.app.close();
  }

  /** Runs after each test: closes its pages, and throws if the browser reported problems. */
  async tidy(hasFailed: boolean): Promise<void> {
    this.balancer.network = 'up';
    if (hasFailed) this.kept.clear();
    const kept = new Set(this.kept.values());
    for (const page of [...this.pages].filter((each) => !kept.has(each))) {
      this.pages.delete(page);
      await page.context().close();
    }
    const browserProblems = this.browserProblems.splice(0);
    if (browserProblems.length > 0) throw new Error(browserProblems.join('\n'));
  }

  /** Opens the console without logging in. */
  async open(): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.balancer.url,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      viewport: DESKTOP,
    });
    context.setDefaultTimeout(patience(20_000));
    const page = await context.newPage();
    this.pages.add(page);
    page.on('pageerror', (error) => this.browserProblems.push(error.message));
    page.on('console', (message) => {
      // The browser reports every status of 400 or higher, also those that the page expects.
      const isStatus = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isStatus) {
        this.browserProblems.push(message.text());
      }
    });
    await page.goto('/console');
    return page;
  }

  /** A page that later tests reuse, because a log-in takes longer than most tests. */
  async stayLoggedIn(username: string): Promise<Page> {
    const page = this.kept.get(username) ?? (await this.logIn(username));
    this.kept.set(username, page);
    return page;
  }

  /** Opens the console and logs in. */
  async logIn(username: string): Promise<Page> {
    const page = await this.open();
    await fillLogin(page, username, PASSWORD);
    await page.getByRole('button', { name: 'Log out', exact: true }).waitFor();
    return page;
  }
}

export async function fillLogin(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Username, e-mail or mobile').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Opens a screen by its address. The page keeps its tokens, because only the part after `#` changes. */
export async function visit(page: Page, screen: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${screen}`)}`);
}

export async function see(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Presses a button of the page. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await button.and(page.locator(':not(dialog *)')).click();
}

/** Presses a button that saves a file. @returns the download and its content */
export async function save(
  page: Page,
  name: string,
): Promise<{ download: Download; text: string }> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name, exact: true }).click();
  const download = await downloading;
  return { download, text: await readFile(await download.path(), 'utf8') };
}

/** Presses a button of the dialog. */
export async function confirm(page: Page, name: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
}

/**
 * Adds a second factor on the current screen.
 *
 * @param look called while the screen asks for the first code
 * @returns the secret and a recovery code
 */
export async function enrol(
  page: Page,
  look?: () => Promise<void>,
): Promise<{ secret: string; recoveryCode: string }> {
  await press(page, 'Set up a second factor');
  const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '');
  await page.getByRole('img', { name: 'Code to scan' }).waitFor();
  await look?.();
  await page.getByLabel('Code of the app').fill('12345');
  await confirm(page, 'Confirm');
  await see(page, 'must be six digits');
  await page.getByLabel('Code of the app').fill(otp(secret));
  await confirm(page, 'Confirm');
  const recoveryCode = await page.locator('.codes li').first().innerText();
  await confirm(page, 'I have saved them');
  return { secret, recoveryCode };
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** Checks each screen at desktop and phone width, in light and dark colours. */
export async function expectScreensUsable(page: Page, screens: readonly string[]): Promise<void> {
  for (const screen of screens) {
    await visit(page, screen);
    await page.locator('main h1').waitFor();
    await expect.poll(() => page.getByText('Loading').count()).toBe(0);
    await expectUsable(page, screen);
    await picture(page, screen);
    await expectUsableElsewhere(page, screen);
  }
}

/** Presses a button of a screen that opens a dialog, and checks the dialog like a screen. */
export async function openDialog(page: Page, screen: string, name: string): Promise<Locator> {
  await visit(page, screen);
  await press(page, name);
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await expectUsable(page, name);
  await expectUsableElsewhere(page, name);
  return dialog;
}

/** Checks what is on the screen in dark colours and at phone width. */
async function expectUsableElsewhere(page: Page, about: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectUsable(page, `${about} in dark colours`, CONTRAST);
  await page.setViewportSize(PHONE);
  await expectUsable(page, `${about} on a phone in dark colours`);
  await picture(page, `${about}-phone`);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectUsable(page, `${about} on a phone`, CONTRAST);
  await page.setViewportSize(DESKTOP);
}

/** Expects no serious violation in axe, nothing wider than the screen and no text below 14 pixels. */
export async function expectUsable(page: Page, about: string, rules?: string): Promise<void> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(runAxe(rules))) as { violations: Violation[] };
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found, about).toEqual([]);
  const width = page.viewportSize()?.width ?? 0;
  expect(await page.evaluate('document.documentElement.scrollWidth'), about).toBe(width);
  expect(await page.evaluate(SMALLEST_TEXT), about).toBeGreaterThanOrEqual(14);
}

/** The only rule whose result depends on the colours. */
const CONTRAST = 'color-contrast';

const runAxe = (rules?: string): string =>
  `axe.run(${JSON.stringify({ resultTypes: ['violations'], runOnly: rules && [rules] })})`;

/** The smallest font size on the screen. A drawing may be scaled. */
const SMALLEST_TEXT = `Math.min(...[...document.querySelectorAll('body *')]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
    element.checkVisibility() && element.localName !== 'title')
  .map((element) => {
    const scale = element.ownerSVGElement?.getScreenCTM().a ?? 1;
    return parseFloat(getComputedStyle(element).fontSize) * scale;
  }))`;

/** The pictures in docs/console.md. */
const SHOWN = ['overview', 'customers', 'customer', 'conflict', 'import', 'overview-phone'];

/** Writes a picture for docs/console.md if `npm run docs:screenshots` is running. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['CONSOLE_SCREENSHOTS'] === undefined || !SHOWN.includes(name)) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov'];

/** Inserts customers that were created over the last year and born in several decades. */
export async function seed(app: TestApp): Promise<void> {
  await app.query(
    `INSERT INTO customers (name, email, external_id, dob, country, language, metadata, created_at)
     SELECT ($1::text[])[1 + n % 5] || ' ' || n, 'customer' || n || '@example.com', 'C-' || n,
       DATE '1950-01-01' + n * 397, ($2::text[])[1 + n % 4], 'en',
       jsonb_build_object('plan', ($3::text[])[1 + n % 3]),
       date_trunc('day', now()) - make_interval(days => (n * n * 37) % 350, mins => n)
     FROM generate_series(1, 45) AS n`,
    [NAMES, ['GB', 'DE', 'FR', 'GR'], ['gold', 'silver', 'basic']],
  );
}

/** Presses Tab until the element with this text or label has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const focused = `(({ textContent, labels }) => labels?.[0]?.textContent ?? textContent)(document.activeElement)`;
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(focused)) === name) return;
  }
  throw new Error(`The keyboard does not reach ${name}`);
}

/** Forwards a request with a token that the service refuses, like an expired one. */
export function spoilToken(route: Route): Promise<void> {
  const headers = { ...route.request().headers(), authorization: 'Bearer spoiled' };
  return route.continue({ headers });
}

/** The number of active sessions that were opened by a browser. */
export async function browserSessions(app: TestApp, token: string): Promise<number> {
  const { body } = await app.get('auth/sessions', { token });
  const sessions = body.data as { user_agent: string }[];
  return sessions.filter(({ user_agent: agent }) => agent.includes('Mozilla')).length;
}
