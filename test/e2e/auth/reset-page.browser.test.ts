import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { startBrowser } from '../../support/browser.ts';
import { MailSink } from '../../support/mail-sink.ts';
import { patience } from '../../support/patience.ts';

/** Milliseconds. The browser may have to be installed first. */
const PATIENCE = patience(300_000);
const NEW_PASSWORD = 'six crows over the harbour';

const mail = new MailSink();
let app: TestApp;
let browser: Browser | undefined;
beforeAll(async () => {
  await mail.start();
  const settings = { MAIL_URL: mail.url, PUBLIC_URL: 'https://public.example' };
  [app, browser] = await Promise.all([startApp(settings), startBrowser()]);
}, PATIENCE);
afterAll(async () => {
  await browser?.close();
  await app.close();
  await mail.stop();
});

beforeEach(({ skip }) => {
  if (browser) return;
  console.log('SKIPPED: the reset page in a browser needs chromium on the PATH.');
  skip('no browser');
});

test('GET /reset-password opens from the link of the mail and sets the new password', async () => {
  const email = 'jane@example.com';
  await app.post('auth/register', { email, password: PASSWORD });
  await app.post('auth/password/forgot', { email });
  const link = /https:\S+/.exec((await mail.newest(email)).text)?.[0] ?? '';
  const page = await browser?.newPage();
  if (!page) throw new Error('no page');
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/policy/i.test(message.text())) errors.push(message.text());
  });
  await page.goto(link.replace('https://public.example', app.url));
  expect(page.url()).toBe(`${app.url}/reset-password`);

  const submit = async (password: string, answer: string) => {
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button').click();
    await page.getByText(answer).waitFor();
  };
  await submit('password1', 'The password must not be one of the most common passwords.');
  await submit(NEW_PASSWORD, 'The new password is set.');
  expect((await app.post('auth/login', { email, password: NEW_PASSWORD })).status).toBe(200);
  expect(errors).toEqual([]);
});

test('GET /reset-password shows the error of the API for an invalid token', async () => {
  const page = await browser?.newPage();
  if (!page) throw new Error('no page');
  await page.goto(`${app.url}/reset-password#token=invented`);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button').click();
  const answer = page.getByText(
    'The token is wrong, expired, already used, or replaced by a newer one.',
  );
  await answer.waitFor();
  expect(page.url()).toBe(`${app.url}/reset-password`);
});
