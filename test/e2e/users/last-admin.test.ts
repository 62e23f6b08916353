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

/** Makes an active admin stop being one. */
type Removal = (id: string, by: Account) => Promise<Answer>;

const removals: [string, Removal][] = [
  ['deleted', (id, { token }) => app.delete(`users/${id}`, { token })],
  ['demoted with PATCH', (id, { token }) => app.patch(`users/${id}`, { role: 'user' }, { token })],
  ['disabled', (id, { token }) => app.patch(`users/${id}`, { status: 'disabled' }, { token })],
  ['made pending', (id, { token }) => app.patch(`users/${id}`, { status: 'pending' }, { token })],
  [
    'demoted with PUT',
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

describe.each(removals)('a request by which the last active admin would be %s', (_, remove) => {
  test('answers 409 last_admin to that admin', async () => {
    const admin = await app.account('admin');
    expectProblem(await remove(admin.id, admin), 409, 'last_admin');
    expect((await app.get('users/me', { token: admin.token })).status).toBe(200);
  });

  test('answers 409 last_admin while the only other admin has no password and cannot log in', async () => {
    const admin = await app.account('admin');
    const other = await app.storedAccount('admin');
    await app.query('UPDATE users SET password_hash = NULL WHERE id = $1', [other.id]);
    expectProblem(await remove(admin.id, admin), 409, 'last_admin');
    expect((await remove(other.id, admin)).status).toBeLessThan(300);
  });

  test('answers 409 last_admin while the only other admin is disabled', async () => {
    const admin = await app.account('admin');
    const other = await app.storedAccount('admin');
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [other.id]);
    expectProblem(await remove(admin.id, admin), 409, 'last_admin');
    expect((await remove(other.id, admin)).status).toBeLessThan(300);
  });
});

describe.each(removals)('one of two admins remains if both are %s concurrently', (_, remove) => {
  test('each at their own request', async () => {
    const admins = [await app.account('admin'), await app.account('admin')];
    const answers = await Promise.all(admins.map((admin) => remove(admin.id, admin)));
    expectOneRemains(answers);
    expect(await activeAdmins()).toBe(1);
  });

  test('each at the request of the other', async () => {
    const one = await app.account('admin');
    const other = await app.account('admin');
    expectOneRemains(await Promise.all([remove(one.id, other), remove(other.id, one)]));
    expect(await activeAdmins()).toBe(1);
  });
});

test.each([
  [0, 1],
  [1, 0],
])(
  'one of two admins remains after concurrent DELETE and PATCH requests, order %i %i',
  async (first, second) => {
    const admins = [await app.account('admin'), await app.account('admin')];
    const requests = [
      () => app.delete(`users/${admins[0]?.id}`, { token: admins[1]?.token }),
      () => app.patch(`users/${admins[1]?.id}`, { role: 'user' }, { token: admins[0]?.token }),
    ];
    expectOneRemains(await Promise.all([requests[first]?.(), requests[second]?.()]));
    expect(await activeAdmins()).toBe(1);
  },
);

test('one of ten admins remains after concurrent DELETE requests for all of them', async () => {
  const admins: Account[] = [];
  for (let at = 0; at < 10; at += 1) admins.push(await app.account('admin'));
  await Promise.all(admins.map(({ id, token }) => app.delete(`users/${id}`, { token })));
  expect(await activeAdmins()).toBe(1);
});

test('PATCH /users/me demotes an admin while another active admin exists', async () => {
  const [one, other] = [await app.account('admin'), await app.account('admin')];
  const { status, body } = await app.patch('users/me', { role: 'user' }, { token: one.token });
  expect(status).toBe(200);
  expect(body.role).toBe('user');
  expectProblem(await app.get('users/me', { token: one.token }), 401, 'invalid_token');
  expectProblem(await app.delete('users/me', { token: other.token }), 409, 'last_admin');
});

/** The slower request meets the last admin, or finds its own session revoked by the faster one. */
function expectOneRemains(answers: (Answer | undefined)[]): void {
  const statuses = answers.map((answer) => answer?.status ?? 0);
  expect(statuses.filter((status) => status < 300)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409 || status === 401)).toHaveLength(1);
}
