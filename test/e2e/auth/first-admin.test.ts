import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';

const SETTINGS = {
  ADMIN_USERNAME: 'first.admin',
  ADMIN_EMAIL: 'First.Admin@example.com',
  ADMIN_PASSWORD: 'a password for the first',
};

let app: TestApp;
beforeAll(async () => {
  app = await startApp(SETTINGS);
});
afterAll(() => app.close());

const stored = () => app.query('SELECT * FROM users ORDER BY id');

describe('the first admin from ADMIN_*', () => {
  test('is created at start with the rights of an admin', async () => {
    const { token } = await app.logIn('first.admin', SETTINGS.ADMIN_PASSWORD);
    const { body } = await app.get('users/me', { token });
    expect(body).toMatchObject({
      username: 'first.admin',
      email: 'First.Admin@example.com',
      role: 'admin',
      status: 'active',
    });
    expect((await app.post('users', { username: 'created.by.admin' }, { token })).status).toBe(201);
  });

  test.each([
    ['the same settings', {}],
    ['another password', { ADMIN_PASSWORD: 'quite another password' }],
    ['the username in another case', { ADMIN_USERNAME: 'FIRST.ADMIN', ADMIN_EMAIL: '' }],
    ['another username with the same e-mail', { ADMIN_USERNAME: 'second.admin' }],
  ])('is not changed by a start with %s', async (_, changed) => {
    const before = await stored();
    await (await startSecondInstance(app, changed)).close();
    expect(await stored()).toEqual(before);
  });

  test('does not take over an account that was registered with its username', async () => {
    const { id } = await app.storedAccount('guest', 'early.bird');
    await (
      await startSecondInstance(app, { ADMIN_USERNAME: 'Early.Bird', ADMIN_EMAIL: '' })
    ).close();
    const [row] = await app.query('SELECT role, version FROM users WHERE id = $1', [id]);
    expect(row).toEqual({ role: 'guest', version: 1 });
  });

  test('is created once by four instances that start at the same time', async () => {
    const empty = await startApp();
    const settings = { ...SETTINGS, ADMIN_USERNAME: 'raced.admin', ADMIN_EMAIL: '' };
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

  test('is created again after its deletion only if there is no other active admin', async () => {
    const other = await app.account('admin');
    const { token } = await app.logIn('first.admin', SETTINGS.ADMIN_PASSWORD);
    const body = { current_password: SETTINGS.ADMIN_PASSWORD };
    expect((await app.delete('users/me', { token, body })).status).toBe(204);
    await (await startSecondInstance(app, {})).close();
    const rows = await app.query(`SELECT FROM users WHERE username = 'first.admin'`);
    expect(rows).toEqual([]);

    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [other.id]);
    await (await startSecondInstance(app, {})).close();
    await expect(app.logIn('first.admin', SETTINGS.ADMIN_PASSWORD)).resolves.toHaveProperty(
      'token',
    );
  });

  test('is not created without ADMIN_*', async () => {
    const empty = await startApp();
    try {
      expect(await empty.query('SELECT FROM users')).toEqual([]);
    } finally {
      await empty.close();
    }
  });
});
