import type { Page, Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { confirm, expectUsable, picture, press, save, see, useWorld, visit } from './world.ts';

let page: Page;
let admin: { id: string; username: string };

const world = useWorld({}, async ({ app }) => {
  admin = await app.storedAccount('admin', 'olivia');
});
beforeEach(async () => {
  page = await world().stayLoggedIn(admin.username);
});
afterEach(({ task }) => world().tidy(task.result?.state === 'fail'));

const app = () => world().app;

const FILE = `Client No;Full name;E-mail;Birthday
I-1;Hedy Lamarr;hedy@example.com;09.11.1914
I-2;Radia Perlman;not an address;18.12.1951
I-3;Frances Allen;frances@example.com;04.08.1932
`;

describe('console: import', () => {
  const choose = (text: string, name = 'clients.csv') =>
    page
      .getByLabel('Choose a file')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

  test('previews the rows and the mapping, checks, imports, and lists the problems', async () => {
    await visit(page, 'imports');
    await choose(FILE);
    await page.getByRole('cell', { name: 'Radia Perlman' }).waitFor();
    await expect
      .poll(() => page.getByLabel('Birthday').locator('option:checked').innerText())
      .toBe('Date of birth (recognised)');
    const unknown = page.getByLabel('Client No');
    expect(await unknown.locator('option:checked').innerText()).toBe('Not recognised');
    await unknown.selectOption({ label: 'External id' });
    await page.getByLabel('Dates').selectOption({ label: '31.12.2026' });
    await press(page, 'Check only');
    await see(page, 'Check only: nothing is stored.');
    await page.getByRole('heading', { name: 'Problems' }).waitFor();
    await expectUsable(page, 'import');
    await page.getByLabel('When rows are wrong').selectOption({ label: 'Import the good rows' });
    await press(page, 'Import');
    await page.locator('.job').getByText('Succeeded').waitFor();
    expect(await page.locator('.job .numbers').innerText()).toMatch(/Created\s+2\s[^]*Refused\s+1/);
    await page.getByRole('heading', { name: 'Import customers' }).scrollIntoViewIfNeeded();
    await picture(page, 'import');
    const problem = page.getByRole('table', { name: 'Problems by kind' }).getByRole('button');
    expect(await problem.innerText()).toContain('“Invalid optional values: Leave the value out”');
    await problem.click();
    await page.getByRole('table', { name: 'Problems by line' }).getByText('3').waitFor();
    const { text } = await save(page, 'Download');
    expect(text).toContain('3,error,');
    const { token } = await app().account('viewer');
    const { body } = await app().get('customers?external_id=I-3', { token });
    expect(body.data).toMatchObject([{ name: 'Frances Allen', dob: '1932-08-04' }]);
  });

  test('has one menu for two columns of one name, which maps the first', async () => {
    await visit(page, 'imports');
    await choose('Who;Who;E-mail\nFei-Fei Li;2;fei-fei@example.com\n');
    await see(page, 'Who (only the first column of this name can be mapped)');
    await page.getByLabel('Who', { exact: true }).selectOption({ label: 'Name' });
    await page.getByLabel('Unknown columns').selectOption({ label: 'Leave out' });
    await press(page, 'Import');
    await page.locator('.job').getByText('Succeeded').waitFor();
    const { token } = await app().account('viewer');
    const { body } = await app().get('customers?email=fei-fei@example.com', { token });
    expect(body.data).toMatchObject([{ name: 'Fei-Fei Li' }]);
  });

  test('can be cancelled while the file is uploaded', async () => {
    await visit(page, 'imports');
    await choose(FILE);
    await page.getByRole('cell', { name: 'Radia Perlman' }).waitFor();
    await expect.poll(() => page.getByText('(recognised)').count()).toBeGreaterThan(0);
    world().balancer.network = 'stalled';
    await press(page, 'Import');
    await see(page, 'Uploading');
    await press(page, 'Cancel');
    await see(page, 'The upload is cancelled.');
    await press(page, 'Import');
    await see(page, 'Uploading');
    const isUpload = (request: Request) => request.url().includes('/customers/import?');
    const cancelled = page.waitForEvent('requestfailed', isUpload);
    await choose('{}', 'other.json');
    await cancelled;
    world().balancer.network = 'up';
  });

  test('leaves the list of imports as it is while it runs, and can be cancelled', async () => {
    await app().query(
      `INSERT INTO customer_imports (mode, on_error, is_dry_run, status, leased_until, is_staged)
       SELECT 'insert', 'abort', true, 'succeeded', now(), false FROM generate_series(1, 25)`,
    );
    // The merge waits for an uncommitted customer with the same external_id.
    const other = await app().database.connect();
    try {
      await other.query('BEGIN');
      await other.query(`INSERT INTO customers (external_id) VALUES ('held')`);
      await visit(page, 'imports');
      await choose('External id;Name\nheld;Hedy Lamarr\n');
      await press(page, 'Import');
      const list = page.getByRole('region', { name: 'Earlier imports' });
      await list.getByText('Running').waitFor();
      await list.getByRole('button', { name: 'Show more' }).click();
      await list.getByText('in all').waitFor();
      const polled = () => page.waitForResponse(/\/customers\/imports\/[^/?]+$/);
      for (let polls = 0; polls < 3; polls += 1) await polled();
      expect(await list.getByText('in all').count()).toBe(1);
      await press(page, 'Cancel the import');
      await confirm(page, 'Cancel it');
      await page.locator('.job').getByText('Cancelled').waitFor();
    } finally {
      await other.query('ROLLBACK');
      other.release();
    }
    await expect
      .poll(() => app().query('SELECT FROM customer_imports WHERE is_staged'))
      .toEqual([]);
    expect(await app().query(`SELECT FROM customers WHERE external_id = 'held'`)).toEqual([]);
  });

  test('shows why a file cannot be read', async () => {
    await visit(page, 'imports');
    await choose('{"name": ', 'broken.json');
    await see(page, 'There is no preview');
    await press(page, 'Import');
    await page.locator('.job').getByText('Failed').waitFor();
    expect(await page.locator('.job [role=status]').first().innerText()).toContain('JSON');
  });
});

test('console: an admin filters the users by their kind', async () => {
  await visit(page, 'users');
  await page.getByLabel('Kind').selectOption({ label: 'Service account' });
  await see(page, 'No user matches.');
  await page.getByLabel('Kind').selectOption({ label: 'Person' });
  await expect.poll(() => page.getByRole('link', { name: 'olivia' }).count()).toBe(1);
});

test('console: audit events can be filtered and link to their actors and subjects', async () => {
  await app().post('auth/login', { username: 'olivia', password: 'not this one' });
  await visit(page, 'audit');
  await page.getByLabel('Action').selectOption({ label: 'Login failed' });
  await page.getByLabel('Outcome').selectOption({ label: 'Failure' });
  await expect.poll(() => page.url()).toContain('outcome=failure');
  const actions = () => page.locator('tbody td:nth-child(2)').allInnerTexts();
  await expect
    .poll(async () => new Set(await actions()))
    .toEqual(new Set(['Login failed Failure']));
  await visit(page, 'audit?from=202610-11-27T10:30'); // a browser takes six digits for a year
  const from = page.getByLabel('From');
  await expect.poll(() => from.getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('Account id').fill('nobody');
  await page.getByLabel('Account id').blur();
  const id = page.getByLabel('Account id');
  await expect.poll(() => id.getAttribute('aria-invalid')).toBe('true');
  const { token } = await app().logIn(admin.username);
  await app().post('users', { username: 'frieda' }, { token });
  await visit(page, `audit?actor_id=${admin.id}&action=user_created`);
  await page.getByRole('link', { name: 'olivia' }).first().waitFor();
  await page
    .getByRole('link', { name: /^User / })
    .first()
    .click();
  await page.getByRole('heading', { name: 'frieda' }).waitFor();
});

test('console: an admin creates, tests, pauses and deletes a webhook and retries a failed delivery', async () => {
  await visit(page, 'webhooks');
  await press(page, 'New webhook');
  await page.getByLabel('URL').fill('https://10.0.0.1/hook');
  await page.getByLabel('customer.created').check();
  await confirm(page, 'Create');
  await expect.poll(() => page.getByLabel('URL').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('URL').fill('https://hooks.invalid/customers');
  await confirm(page, 'Create');
  expect(await page.locator('.secret').innerText()).toMatch(/^whsec_/);
  await confirm(page, 'Done');
  await page.getByRole('link', { name: 'https://hooks.invalid/customers' }).click();
  await press(page, 'Send a test');
  await page.getByRole('cell', { name: 'webhook.test' }).waitFor();
  const attempts = () => app().query('SELECT attempts FROM webhook_deliveries');
  await expect.poll(attempts).toEqual([{ attempts: 1 }]);
  await press(page, 'Pause');
  await page.getByRole('button', { name: 'Activate' }).waitFor();
  await app().query(`UPDATE webhook_deliveries SET state = 'failed', finished_at = now()`);
  await page.getByLabel('State').selectOption({ label: 'Failed' });
  const retried = page.waitForResponse((answer) => answer.url().endsWith('/retry'));
  await press(page, 'Retry');
  expect((await retried).status()).toBe(202);
  await press(page, 'Activate');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await press(page, 'New secret');
  await confirm(page, 'Create');
  expect(await page.locator('.secret').innerText()).toMatch(/^whsec_/);
  await confirm(page, 'Done');
  await press(page, 'Delete');
  await confirm(page, 'Delete');
  await see(page, 'There is no webhook yet.');
});
