import type { Page, Route } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../support/app.ts';
import { age, nextStep, otp } from '../support/authenticator.ts';
import {
  browserSessions,
  confirm,
  enrol,
  expectScreensUsable,
  expectUsable,
  fillLogin,
  openDialog,
  press,
  see,
  spoilToken,
  tabTo,
  useWorld,
  visit,
} from './world.ts';

let admin: { id: string; username: string; token: string };
let page: Page;

const world = useWorld({ MFA_REQUIRED_ROLES: 'user' }, async ({ app }) => {
  admin = await app.account('admin', 'olivia');
});
const app = () => world().app;
afterEach(({ task }) => world().tidy(task.result?.state === 'fail'));

describe('console: log-in', () => {
  test('shows why it failed, stores nothing in the browser, and Log out revokes the session', async () => {
    const { id, username, token } = await app().account('viewer');
    await app().query(`UPDATE users SET email = 'forgetful@example.com' WHERE id = $1`, [id]);
    page = await world().open();
    await fillLogin(page, username, 'not the password');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('Request ');
    await expectUsable(page, 'log-in');
    await press(page, 'Forgot your password?');
    await page.getByLabel('E-mail', { exact: true }).fill('forgetful@example.com');
    await confirm(page, 'Send');
    await see(page, 'If an account has this address, a message is on its way.');
    const sent = await app().query(
      `SELECT subject_id FROM audit_events WHERE action = 'password_reset_requested'`,
    );
    expect(sent).toEqual([{ subject_id: id }]);
    await fillLogin(page, username, PASSWORD);
    await page.getByRole('button', { name: 'Log out', exact: true }).waitFor();
    expect(await browserSessions(app(), token)).toBe(1);
    const kept = await page.evaluate(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
    );
    expect(kept).toBe('["",{},{}]');
    await press(page, 'Log out');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect(await browserSessions(app(), token)).toBe(0);
  });

  test('leaving the page revokes the session', async () => {
    const { username, token } = await app().account('viewer');
    page = await world().logIn(username);
    expect(await browserSessions(app(), token)).toBe(1);
    await page.goto('about:blank');
    await expect.poll(() => browserSessions(app(), token)).toBe(0);
  });

  test('refreshes the access token before it expires, and when it is refused', async () => {
    page = await world().open();
    await page.clock.install();
    await fillLogin(page, admin.username, PASSWORD);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const refreshes: number[] = [];
    page.on('response', (answer) => {
      if (answer.url().endsWith('/auth/refresh')) refreshes.push(answer.status());
    });
    await page.clock.fastForward('09:45');
    await visit(page, 'audit');
    await page.getByRole('table', { name: 'Audit events' }).waitFor();
    expect(refreshes).toEqual([200]);
    await page.route(/\/users(\?|$)/, spoilToken, { times: 1 });
    await visit(page, 'users');
    await page.getByRole('table', { name: 'Users' }).waitFor();
    expect(refreshes).toEqual([200, 200]);
  });

  test('returns to the log-in when the session was revoked', async () => {
    const { id, username } = await app().account('viewer');
    page = await world().logIn(username);
    await app().delete(`users/${id}/sessions`, { token: admin.token });
    await visit(page, 'customers');
    await see(page, 'Your session has ended. Please log in again.');
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  test('log-in, creating and erasing a customer work with the keyboard alone', async () => {
    page = await world().open();
    await page.getByLabel('Username, e-mail or mobile').focus();
    await page.keyboard.type(admin.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Log out', exact: true }).waitFor();
    await tabTo(page, 'Customers');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Export');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Export');
    await tabTo(page, 'New customer');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor(); // with the focus in the field of the name
    await page.keyboard.type('Gladys West');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Gladys West' }).waitFor();
    await tabTo(page, 'Erase');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Gladys West');
    await page.keyboard.press('Enter');
    await see(page, 'The personal data is erased.');
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
  });

  test('reports that the service cannot be reached, and retries on request', async () => {
    page = await world().stayLoggedIn(admin.username);
    world().balancer.network = 'down';
    await visit(page, 'audit');
    await see(page, 'The service cannot be reached.');
    world().balancer.network = 'up';
    await press(page, 'Try again');
    await page.getByRole('table', { name: 'Audit events' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    const html = { contentType: 'text/html', body: '<h1>Please log in</h1>' };
    await page.route(/\/webhooks$/, (route) => route.fulfill(html), { times: 1 });
    await visit(page, 'webhooks');
    await see(page, 'The service cannot be reached.');
    await press(page, 'Try again');
    await see(page, 'There is no webhook yet.');
  });
});

describe('console: second factor', () => {
  test('is added, required at the log-in and before it is switched off, and removed', async () => {
    const account = await app().storedAccount('admin');
    page = await world().logIn(account.username);
    await visit(page, 'account');
    const { secret, recoveryCode } = await enrol(page, () => expectUsable(page, 'enrolment'));
    await see(page, 'Recovery codes left: 10.');
    await press(page, 'Log out');
    await fillLogin(page, account.username, PASSWORD);
    await page.getByLabel('Code', { exact: true }).fill('000');
    await press(page, 'Log in');
    await see(page, 'must be six digits');
    await page.getByLabel('Code', { exact: true }).fill(recoveryCode);
    await press(page, 'Log in');
    await page.getByRole('button', { name: 'Log out', exact: true }).waitFor();
    await age(app(), account);
    await nextStep(app(), account);
    await visit(page, 'account');
    await press(page, 'Switch off');
    await confirm(page, 'Switch off');
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByLabel('Code').fill(otp(secret));
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await see(page, 'The second factor is off.');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('is required from the roles in MFA_REQUIRED_ROLES before they can use anything', async () => {
    const { username } = await app().storedAccount('user');
    page = await world().logIn(username);
    await see(page, 'Your account needs a second factor before you can go on.');
    expect(await page.getByRole('link', { name: 'Customers' }).count()).toBe(0);
    await enrol(page);
    await page.getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('button', { name: 'New customer' }).waitFor();
  });

  test('is reset by an admin after a step-up with the password', async () => {
    const { id, username } = await app().storedAccount('viewer');
    page = await world().logIn(username);
    await visit(page, 'account');
    await enrol(page);
    await page.context().close();
    page = await world().stayLoggedIn(admin.username);
    await age(app(), admin);
    await visit(page, `users/${id}`);
    await press(page, 'Reset second factor');
    await confirm(page, 'Reset');
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByLabel('Password').fill('wrong');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await see(page, 'The second factor is reset.');
    const { token } = await app().logIn(username);
    expect(await app().isActive(token)).toBe(true);
  });
});

describe('console: users', () => {
  test('an admin creates a user, changes the role, sends a reset link, revokes sessions and deletes it', async () => {
    page = await world().stayLoggedIn(admin.username);
    const dialog = await openDialog(page, 'users', 'New user');
    await dialog.getByLabel('Username').fill('nina');
    await dialog.getByLabel('E-mail').fill('nina@example.com');
    await page.getByLabel('First password').fill('short');
    await confirm(page, 'Create');
    const password = page.getByLabel('First password');
    await expect.poll(() => password.getAttribute('aria-invalid')).toBe('true');
    await password.fill(PASSWORD);
    await confirm(page, 'Create');
    await see(page, 'The account is created.');
    const { token } = await app().logIn('nina');
    await press(page, 'Edit');
    await dialog.getByLabel('Role').selectOption({ label: 'Viewer' });
    const { body } = await app().get('users?q=nina', { token: admin.token });
    const [{ id } = { id: '' }] = body.data as { id: string }[];
    await app().patch(`users/${id}`, { name: 'Nina Simone' }, { token: admin.token });
    await confirm(page, 'Save');
    await dialog.getByRole('alert').waitFor();
    await page.getByRole('heading', { name: 'Nina Simone', includeHidden: true }).waitFor();
    await confirm(page, 'Cancel');
    await press(page, 'Edit');
    await dialog.getByLabel('Role').selectOption({ label: 'Viewer' });
    await confirm(page, 'Save');
    await see(page, 'The account is saved.');
    expect(await app().isActive(token)).toBe(false);
    await press(page, 'Send a reset link');
    await confirm(page, 'Send');
    await see(page, 'The reset link is sent.');
    const again = await app().logIn('nina');
    await press(page, 'Revoke sessions');
    await confirm(page, 'Revoke');
    await see(page, 'All sessions are revoked.');
    expect(await app().isActive(again.token)).toBe(false);
    await press(page, 'Delete');
    await confirm(page, 'Delete');
    await see(page, 'The account is deleted.');
    await page.getByLabel('Search username').fill('nina');
    await see(page, 'No user matches.');
  });

  test('an admin creates a key for a service account, which is shown once, and revokes it', async () => {
    page = await world().stayLoggedIn(admin.username);
    const dialog = await openDialog(page, 'users', 'New user');
    await dialog.getByLabel('Kind').selectOption({ label: 'Service account' });
    await dialog.getByLabel('Username').fill('newsletter');
    await confirm(page, 'Create');
    await press(page, 'New key');
    await page.getByRole('dialog').getByLabel('Name').fill('Nightly export');
    const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Expires').fill(inAMonth);
    await confirm(page, 'Create');
    await page.getByRole('alert').waitFor(); // at least one scope is required
    await page.getByLabel('customers:read').check();
    const cancelled = Promise.withResolvers<void>();
    const hold = (route: Route) => cancelled.promise.then(() => route.continue());
    await page.route(/\/keys$/, hold, { times: 1 });
    await confirm(page, 'Create');
    await confirm(page, 'Cancel'); // too late: the key is shown in any case
    cancelled.resolve();
    const key = await page.locator('.secret').innerText();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.goBack();
    await page.getByText(key).waitFor();
    await page.goForward();
    expect((await app().get('customers', { token: key })).status).toBe(200);
    await expectUsable(page, 'a new key');
    await confirm(page, 'Done');
    const row = page.getByRole('row', { name: 'Nightly export' });
    await expect
      .poll(() => row.locator('time').nth(1).getAttribute('datetime'))
      .toBe(`${inAMonth}T23:59:00.000Z`);
    expect(await page.getByText(key).count()).toBe(0);
    await press(page, 'Revoke');
    await confirm(page, 'Revoke');
    await see(page, 'This account has no key.');
    expect((await app().get('customers', { token: key })).status).toBe(401);
  });
});

test('console: My account lists the sessions, revokes another one, and changes the password', async () => {
  const { username, token } = await app().account('viewer');
  page = await world().logIn(username);
  await visit(page, 'account');
  await see(page, 'This one');
  await press(page, 'Revoke');
  await expect.poll(() => page.getByRole('button', { name: 'Revoke' }).count()).toBe(0);
  const focused = () => page.evaluate('document.activeElement.ariaLabel');
  await expect.poll(focused).toBe('Sessions'); // not lost with the button
  expect(await app().isActive(token)).toBe(false);
  const dialog = await openDialog(page, 'account', 'Change password');
  const present = dialog.getByLabel('Present password');
  await present.fill('wrong');
  await dialog.getByLabel('New password').fill('six crows over the harbour');
  await confirm(page, 'Change');
  await expect.poll(() => present.getAttribute('aria-invalid')).toBe('true');
  await present.fill(PASSWORD);
  await confirm(page, 'Change');
  await see(page, 'The password is changed.');
  await app().logIn(username, 'six crows over the harbour');
});

test('console: every screen about accounts is usable on a desktop and on a phone', async () => {
  page = await world().stayLoggedIn(admin.username);
  await expectScreensUsable(page, ['users', `users/${admin.id}`, 'webhooks', 'audit', 'account']);
  expect(await page.locator('h1').innerText()).toBe('My account');
});
