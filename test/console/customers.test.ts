import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../support/app.ts';
import { age } from '../support/authenticator.ts';
import {
  confirm,
  DESKTOP,
  expectScreensUsable,
  expectUsable,
  openDialog,
  PHONE,
  picture,
  press,
  save,
  see,
  seed,
  useWorld,
  visit,
} from './world.ts';

let page: Page;
let admin: { id: string; username: string };

const world = useWorld({}, async ({ app }) => {
  await seed(app);
  admin = await app.storedAccount('admin', 'olivia');
});
beforeEach(async () => {
  page = await world().stayLoggedIn(admin.username);
});
afterEach(({ task }) => world().tidy(task.result?.state === 'fail'));

const app = () => world().app;
const names = () => page.locator('tbody td:first-child').allInnerTexts();

/** Creates a customer through the API. */
async function create(fields: object): Promise<{ id: string; token: string }> {
  const { token } = await app().account('admin');
  const { body } = await app().post('customers', fields, { token });
  return { id: String(body.id), token };
}

describe('console: customers', () => {
  test('the list searches while the user types, sorts, and shows page after page', async () => {
    await visit(page, 'customers');
    await see(page, '20 shown');
    await press(page, 'Show more');
    await see(page, '40 shown');
    await press(page, 'Show more');
    await see(page, '45 in all');
    await page.getByLabel('Sort').selectOption({ label: 'Youngest first' });
    await expect.poll(async () => (await names())[0]).toBe('Ada Lovelace 45');
    const search = page.getByLabel('Search name');
    await search.pressSequentially('ho');
    await see(page, 'must be 3 to 100 characters long');
    await search.pressSequentially('pper 1');
    await expect.poll(names).toEqual(['Grace Hopper 16', 'Grace Hopper 11', 'Grace Hopper 1']);
    await page.getByLabel('Sort').selectOption({ label: 'Newest first' });
    await search.fill('');
    await see(page, '20 shown');
  });

  test('the list filters, also by the youngest, and exports with the same filters', async () => {
    await visit(page, 'customers');
    await page.getByText('Filters', { exact: true }).click();
    await page.getByLabel('Country').selectOption({ label: 'Greece' });
    await see(page, '11 in all');
    await page.getByLabel('Metadata key').fill('plan');
    await page.getByLabel('Metadata value').fill('gold');
    await see(page, '4 in all');
    await page.getByLabel('Only the youngest').fill('2');
    await see(page, 'The 2 youngest of the matching customers.');
    await expect.poll(names).toEqual(['Barbara Liskov 39', 'Alan Turing 27']);
    await press(page, 'Export');
    await see(page, 'The customers that match the present filters.');
    const { download, text } = await save(page, 'Download');
    expect(download.suggestedFilename()).toBe('customers.csv');
    expect(text.match(/Barbara Liskov 39|Alan Turing 27/g)).toEqual(await names());
    expect(text.trim().split('\n')).toHaveLength(3);
    await page.getByLabel('External id').fill('C-');
    await press(page, 'Clear all filters'); // sooner than the list follows what was typed
    await see(page, '20 shown');
    await expect.poll(() => page.getByLabel('External id').inputValue()).toBe('');
  });

  test('the form shows each error next to its field, and creates and edits a customer', async () => {
    const dialog = await openDialog(page, 'customers', 'New customer');
    await see(page, 'The customer’s id in another system.');
    await dialog.getByLabel('Name').fill('Katherine Johnson');
    const email = dialog.getByLabel('E-mail');
    await email.fill('customer1@example.com');
    await confirm(page, 'Save');
    await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('alert').waitFor(); // screen readers announce it
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('email');
    await dialog.getByLabel('Phone').fill('12');
    await confirm(page, 'Save');
    await see(page, 'must be 6 to 15 digits');
    await dialog.getByLabel('Phone').fill('+4930123456');
    await email.fill('kätherine@example.com');
    await dialog.getByLabel('Country').selectOption({ label: 'United States' });
    page.once('dialog', (question) => void question.dismiss());
    await page.keyboard.press('Escape');
    await confirm(page, 'Add metadata');
    await dialog.getByRole('textbox', { name: 'Key' }).fill('plan');
    await dialog.getByLabel('Value').fill('gold');
    await confirm(page, 'Save');
    await see(page, 'The customer is created.');
    await page.getByRole('heading', { name: 'Katherine Johnson' }).waitFor();
    await see(page, 'United States');
    await press(page, 'Edit');
    await dialog.getByRole('textbox', { name: 'Key' }).fill('tariff');
    await confirm(page, 'Add metadata');
    await confirm(page, 'Remove this key');
    const focused = () => page.evaluate('document.activeElement.localName');
    await expect.poll(focused).toBe('fieldset'); // not lost with the button
    await confirm(page, 'Save');
    await see(page, 'The changes are saved.');
    const metadata = page.locator('dl').last();
    await expect.poll(() => metadata.innerText()).toMatch(/^tariff\s+gold$/);
  });

  test('the form shows both versions when another user saved in the meantime', async () => {
    const { id, token } = await create({ name: 'Mary Jackson', country: 'US', language: 'en' });
    await visit(page, `customers/${id}`);
    await press(page, 'Edit');
    await page.getByLabel('Country').selectOption({ label: 'France' });
    await app().patch(`customers/${id}`, { country: 'GB', language: 'de' }, { token });
    await confirm(page, 'Save');
    const dialog = page.getByRole('dialog', { name: 'Changed meanwhile' });
    await dialog.getByText(/^u-/).waitFor(); // the name of the other account
    const rows = await dialog.locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t'))).toEqual([
      ['Country', 'France', 'United Kingdom'],
      ['Language', 'not changed by you', 'German'],
    ]);
    await expectUsable(page, 'conflict');
    await picture(page, 'conflict');
    await confirm(page, 'Save mine');
    await expect
      .poll(async () => (await app().get(`customers/${id}`, { token })).body)
      .toMatchObject({ country: 'FR', language: 'de', version: 3 });
    await page
      .getByRole('table', { name: 'History' })
      .getByText('Country: United Kingdom → France')
      .waitFor();
    await picture(page, 'customer');
    await press(page, 'Edit');
    await page.getByLabel('Name').fill('Mary Winston');
    await app().patch(`customers/${id}`, { name: 'Mary W. Jackson' }, { token });
    await confirm(page, 'Save');
    await app().patch('users/me', { name: 'Nora' }, { token });
    await dialog.getByRole('button', { name: 'Take the stored version' }).click();
    await page.getByRole('heading', { name: 'Mary W. Jackson' }).waitFor();
    await press(page, 'Edit');
    await page.getByLabel('Name').fill('Mary Jackson');
    await confirm(page, 'Save');
    await page.getByRole('heading', { name: 'Mary Jackson', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Nora' }).first().waitFor(); // no longer u-
  });

  test('a customer is deleted, found among the deleted customers, and restored', async () => {
    const { id, token } = await create({ name: 'Dorothy Vaughan' });
    await visit(page, `customers/${id}`);
    await press(page, 'Delete');
    await confirm(page, 'Delete');
    await see(page, 'The customer is deleted.');
    expect((await app().get(`customers/${id}`, { token })).status).toBe(404);
    await visit(page, 'customers?deleted=only');
    await page.getByRole('link', { name: 'Dorothy Vaughan' }).click();
    await see(page, 'This customer is deleted.');
    const errors = [{ pointer: '/email', code: 'format', detail: 'must be an address' }];
    const problem = { status: 429, detail: 'Not now.', request_id: 'r-1', errors };
    const refused = { status: 429, headers: { 'retry-after': '7' }, json: problem };
    await page.route(/\/restore$/, (route) => route.fulfill(refused), { times: 1 });
    await press(page, 'Restore');
    const shown = await page.getByRole('alert').innerText();
    expect(shown.split(/\n+/)).toEqual([
      'Not now. Try again in 7 seconds.',
      'email must be an address',
      'Request r-1',
    ]);
    await press(page, 'Restore');
    await page.getByRole('heading', { name: 'Dorothy Vaughan' }).waitFor();
    expect((await app().get(`customers/${id}`, { token })).status).toBe(200);
  });

  test('a customer is exported with all personal data, and erased after a step-up', async () => {
    const { id, token } = await create({ name: 'Annie Easley', dob: '1933-04-23', country: 'US' });
    await visit(page, `customers/${id}`);
    const { download, text } = await save(page, 'Personal export');
    expect(download.suggestedFilename()).toBe(`customer-${id}.json`);
    expect(JSON.parse(text)).toMatchObject({ customer: { id, name: 'Annie Easley' } });
    await age(app(), admin);
    await press(page, 'Erase');
    const erase = page.getByRole('button', { name: 'Erase for good' });
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel('Type “Annie Easley” to confirm').fill('Annie Easley');
    await erase.click();
    const stepUp = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await stepUp.getByLabel('Password').fill('wrong');
    await stepUp.getByRole('button', { name: 'Continue' }).click();
    await stepUp.getByRole('alert').waitFor();
    expect((await app().get(`customers/${id}`, { token })).status).toBe(200);
    await stepUp.getByLabel('Password').fill(PASSWORD);
    await stepUp.getByRole('button', { name: 'Continue' }).click();
    await see(page, 'The personal data is erased.');
    await visit(page, 'overview');
    const events = page.getByRole('table', { name: 'Latest events' });
    await events.getByText('Customer erased').waitFor();
    await events.getByText('Date of birth: [erased]').waitFor();
    expect((await app().get(`customers/${id}/history`, { token })).status).toBe(404);
  });

  test('a viewer sees customers but no actions that a viewer may not perform', async () => {
    const { username } = await app().storedAccount('viewer');
    const viewer = await world().logIn(username);
    await visit(viewer, 'customers');
    await see(viewer, '20 shown');
    const menu = await viewer.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(menu).toEqual(['Overview', 'Customers', 'My account']);
    expect(await viewer.getByRole('button', { name: 'New customer' }).count()).toBe(0);
    await viewer.locator('tbody a').first().click();
    await see(viewer, 'Last changed');
    expect(await viewer.locator('main').getByRole('button').count()).toBe(0);
    await visit(viewer, 'imports');
    await viewer.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

test('console: every screen about customers is usable on a desktop and on a phone', async () => {
  const { id } = await create({ name: 'Evelyn Boyd', metadata: { plan: 'gold' } });
  const screens = ['overview', 'customers', `customers/${id}`, 'imports'];
  await expectScreensUsable(page, screens);
  expect(await page.locator('h1').innerText()).toBe('Import customers');
});

test('console: a line separates two cards on a phone, also if the last value is empty', async () => {
  await page.setViewportSize(PHONE);
  await visit(page, 'customers');
  await page.locator('tbody tr').first().waitFor();
  const line = `getComputedStyle(document.querySelector('tbody tr')).borderBottomStyle`;
  expect(await page.evaluate(line)).toBe('solid');
  await page.setViewportSize(DESKTOP);
});

test('console: long words scroll inside a list of a narrow window, and wrap on a phone', async () => {
  const name = 'W'.repeat(100);
  await create({ name, email: `${'w'.repeat(60)}@example.com`, phone: '+123456789012345' });
  await page.setViewportSize({ width: 800, height: 800 });
  await visit(page, `customers?q=${name.slice(0, 20)}`);
  await page.getByRole('link', { name }).waitFor();
  await expectUsable(page, 'long words');
  const hidden = () =>
    page.evaluate(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(
      document.querySelector('main .overflow-auto'))`);
  expect(await hidden()).toBeGreaterThan(0);
  await page.setViewportSize(PHONE);
  await expectUsable(page, 'long words on a phone');
  expect(await hidden()).toBe(0);
  await page.setViewportSize(DESKTOP);
});
