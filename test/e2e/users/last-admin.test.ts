import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { expectProblem } from '../../support/problem.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(() => app.query('TRUNCATE users CASCADE'));
afterAll(() => app.close());

type Leaving = (id: string, by: Account) => Promise<Answer>;

const ways: [string, Leaving][] = [
  ['deleted', (id, { token }) => app.delete(`users/${id}`, { token })],
  ['demoted', (id, { token }) => app.patch(`users/${id}`, { role: 'user' }, { token })],
  ['disabled', (id, { token }) => app.patch(`users/${id}`, { status: 'disabled' }, { token })],
  ['made pending', (id, { token }) => app.patch(`users/${id}`, { status: 'pending' }, { token })],
  [
    'replaced',
    (id, { token }) =>
      app.put(
        `users/${id}`,
        { username: 'other', role: 'guest', current_password: PASSWORD },
        { token },
      ),
  ],
];

async function activeAdmins(): Promise<number> {
  const rows = await app.query(`SELECT FROM users WHERE role = 'admin' AND status = 'active'`);
  return rows.length;
}

describe.each(ways)('the last admin is not %s', (_, leave) => {
  test('by himself', async () => {
    const admin = await app.account('admin');
    expectProblem(await leave(admin.id, admin), 409, 'last_admin');
    expect((await app.get('users/me', { token: admin.token })).status).toBe(200);
  });

  test('while the only other one has no password, and so cannot log in', async () => {
    const admin = await app.account('admin');
    const other = await app.storedAccount('admin');
    await app.query('UPDATE users SET password_hash = NULL WHERE id = $1', [other.id]);
    expectProblem(await leave(admin.id, admin), 409, 'last_admin');
    expect((await leave(other.id, admin)).status).toBeLessThan(300);
  });

  test('while the only other one is disabled', async () => {
    const admin = await app.account('admin');
    const other = await app.storedAccount('admin');
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [other.id]);
    expectProblem(await leave(admin.id, admin), 409, 'last_admin');
    expect((await leave(other.id, admin)).status).toBeLessThan(300);
  });
});

describe.each(ways)('of the last two at once one stays when %s', (_, leave) => {
  test('each by himself', async () => {
    const admins = [await app.account('admin'), await app.account('admin')];
    const answers = await Promise.all(admins.map((admin) => leave(admin.id, admin)));
    expectOneLeft(answers);
    expect(await activeAdmins()).toBe(1);
  });

  test('each by the other', async () => {
    const one = await app.account('admin');
    const other = await app.account('admin');
    expectOneLeft(await Promise.all([leave(one.id, other), leave(other.id, one)]));
    expect(await activeAdmins()).toBe(1);
  });
});

test.each([
  [0, 1],
  [1, 0],
])('one deleted and one demoted at once, order %i %i', async (first, second) => {
  const admins = [await app.account('admin'), await app.account('admin')];
  const requests = [
    () => app.delete(`users/${admins[0]?.id}`, { token: admins[1]?.token }),
    () => app.patch(`users/${admins[1]?.id}`, { role: 'user' }, { token: admins[0]?.token }),
  ];
  expectOneLeft(await Promise.all([requests[first]?.(), requests[second]?.()]));
  expect(await activeAdmins()).toBe(1);
});

test('of ten at once one stays', async () => {
  const admins: Account[] = [];
  for (let at = 0; at < 10; at += 1) admins.push(await app.account('admin'));
  await Promise.all(admins.map(({ id, token }) => app.delete(`users/${id}`, { token })));
  expect(await activeAdmins()).toBe(1);
});

test('with another admin left, an admin may go', async () => {
  const [one, other] = [await app.account('admin'), await app.account('admin')];
  const { status, body } = await app.patch('users/me', { role: 'user' }, { token: one.token });
  expect(status).toBe(200);
  expect(body.role).toBe('user');
  expectProblem(await app.get('users/me', { token: one.token }), 401, 'invalid_token');
  expectProblem(await app.delete('users/me', { token: other.token }), 409, 'last_admin');
});

/** The slower one finds itself the last, or finds its own session ended by the faster one. */
function expectOneLeft(answers: (Answer | undefined)[]): void {
  const statuses = answers.map((answer) => answer?.status ?? 0);
  expect(statuses.filter((status) => status < 300)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409 || status === 401)).toHaveLength(1);
}
