import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';

const ADMIN = {
  ADMIN_USERNAME: 'first.admin',
  ADMIN_EMAIL: 'First.Admin@example.com',
  ADMIN_PASSWORD: 'a password for the first',
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp(ADMIN);
});
afterAll(() => app.close());

const stored = () => app.query('SELECT * FROM users ORDER BY id');

test('is made at start and may do what admins do', async () => {
  const { token } = await app.logIn('first.admin', ADMIN.ADMIN_PASSWORD);
  const { body } = await app.get('users/me', { token });
  expect(body).toMatchObject({
    username: 'first.admin',
    email: 'First.Admin@example.com',
    role: 'admin',
    status: 'active',
  });
  expect((await app.post('users', { username: 'made.by.admin' }, { token })).status).toBe(201);
});

test.each([
  ['the same settings', {}],
  ['another password', { ADMIN_PASSWORD: 'quite another password' }],
  ['the name in another case', { ADMIN_USERNAME: 'FIRST.ADMIN', ADMIN_EMAIL: '' }],
  ['another name with the same e-mail', { ADMIN_USERNAME: 'second.admin' }],
])('a start with %s changes nothing', async (_, changed) => {
  const before = await stored();
  await (await startSecondInstance(app, changed)).close();
  expect(await stored()).toEqual(before);
});

test('an account that somebody else registered under the name is not touched', async () => {
  const { id } = await app.storedAccount('guest', 'early.bird');
  await (await startSecondInstance(app, { ADMIN_USERNAME: 'Early.Bird', ADMIN_EMAIL: '' })).close();
  const [row] = await app.query('SELECT role, version FROM users WHERE id = $1', [id]);
  expect(row).toEqual({ role: 'guest', version: 1 });
});

test('instances that start at once make one', async () => {
  const empty = await startApp();
  const settings = { ...ADMIN, ADMIN_USERNAME: 'raced.admin', ADMIN_EMAIL: '' };
  try {
    const instances = await Promise.all(
      Array.from({ length: 4 }, () => startSecondInstance(empty, settings)),
    );
    await Promise.all(instances.map((instance) => instance.close()));
    const rows = await empty.query('SELECT username FROM users');
    expect(rows).toEqual([{ username: 'raced.admin' }]);
  } finally {
    await empty.close();
  }
});

test('once deleted, it is not made again while there is another admin', async () => {
  const other = await app.account('admin');
  const { token } = await app.logIn('first.admin', ADMIN.ADMIN_PASSWORD);
  const body = { current_password: ADMIN.ADMIN_PASSWORD };
  expect((await app.delete('users/me', { token, body })).status).toBe(204);
  await (await startSecondInstance(app, {})).close();
  const rows = await app.query(`SELECT FROM users WHERE username = 'first.admin'`);
  expect(rows).toEqual([]);

  await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [other.id]);
  await (await startSecondInstance(app, {})).close();
  await expect(app.logIn('first.admin', ADMIN.ADMIN_PASSWORD)).resolves.toHaveProperty('token');
});

test('without ADMIN_* nobody is made', async () => {
  const empty = await startApp();
  try {
    expect(await empty.query('SELECT FROM users')).toEqual([]);
  } finally {
    await empty.close();
  }
});
