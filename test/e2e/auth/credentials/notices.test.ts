import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from '../../../../src/common/messages/outbox.js';
import { type Account, PASSWORD, startApp, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { Inbox } from '../../../support/inbox.ts';
import { type Owner, Owners } from './owners.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const inbox = new Inbox();
let channels: Record<string, string>;
let app: TestApp;
let admin: Account;
let owners: Owners;
beforeAll(async () => {
  channels = await inbox.start();
  app = await startApp(channels);
  admin = await app.account('admin');
  owners = new Owners(app, inbox);
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

type Act = (owner: Owner) => Promise<{ status: number }>;

/** The requests of which the old addresses of an account are notified, with activation off. */
const NOTICES: [string, RegExp, Act][] = [
  [
    'PUT /users/me/password',
    /password of your account was changed/,
    ({ token }) =>
      app.put(
        'users/me/password',
        { old_password: PASSWORD, new_password: NEW_PASSWORD },
        { token },
      ),
  ],
  [
    'POST /auth/password/reset',
    /password of your account was changed/,
    async (owner) =>
      app.post('auth/password/reset', {
        token: await owners.resetToken(owner, 'email'),
        new_password: NEW_PASSWORD,
      }),
  ],
  [
    'PATCH /users/me with an e-mail address',
    /e-mail address of your account was changed/,
    ({ token }) => update({ email: owners.newAddress('email') }, token),
  ],
  [
    'PATCH /users/me with null for the e-mail address',
    /e-mail address of your account was changed/,
    ({ token }) => update({ email: null }, token),
  ],
  [
    'PATCH /users/me with a mobile number',
    /mobile number of your account was changed/,
    ({ token }) => update({ mobile: owners.newAddress('mobile') }, token),
  ],
  [
    'PATCH /users/me with a username',
    /username of your account was changed/,
    ({ token, username }) => update({ username: `${username}.2` }, token),
  ],
  [
    'PATCH /users/{id} with an e-mail address, by an admin',
    /e-mail address of your account was changed/,
    ({ id }) =>
      app.patch(`users/${id}`, { email: owners.newAddress('email') }, { token: admin.token }),
  ],
  ['DELETE /users/me', /account was deleted/, ({ token }) => app.delete('users/me', { token })],
  [
    'DELETE /users/{id}, by an admin',
    /account was deleted/,
    ({ id }) => app.delete(`users/${id}`, { token: admin.token }),
  ],
];

function update(changes: object, token: string) {
  return app.patch('users/me', { ...changes, current_password: PASSWORD }, { token });
}

describe.each(NOTICES)('%s', (_, notice, act) => {
  it('notifies the addresses that the account had before', async () => {
    const owner = await owners.newOwner();
    expect((await act(owner)).status).toBeLessThan(300);
    for (const address of [owner.email, owner.mobile]) {
      await eventually(
        () => inbox.textsTo(address).some((text) => notice.test(text)),
        `a notice to ${address}`,
      );
    }
  });
});

it('sends at most RATE_LIMIT_FORGOT notices of one kind to an address', async () => {
  // The only instance on its database, because the one that sends a notice counts it.
  const limits = { RATE_LIMIT: 'on', RATE_LIMIT_FORGOT: '2/1h', REDIS_URL: '' };
  const limited = await startApp({ ...channels, ...limits });
  const limitedOwners = new Owners(limited, inbox);
  try {
    const { token, username, email, mobile } = await limitedOwners.newOwner();
    const same = { old_password: PASSWORD, new_password: PASSWORD };
    for (let count = 0; count < 4; count += 1) {
      expect((await limited.put('users/me/password', same, { token })).status).toBe(204);
    }
    const change = { username: `${username}.2`, current_password: PASSWORD };
    expect((await limited.patch('users/me', change, { token })).status).toBe(200);
    await limitedOwners.untilSent();
    const count = (address: string, notice: string) =>
      inbox.textsTo(address).filter((text) => text.includes(`${notice} of your account was`))
        .length;
    for (const address of [email, mobile]) {
      expect([count(address, 'password'), count(address, 'username')]).toEqual([2, 1]);
      // A further attempt to send a notice that was counted before.
      const compose = limited.app.nest.get(Outbox).composerOf('password_changed');
      const retried = { id: randomUUID(), identifier: address, attempts: 2 };
      expect(await compose?.(retried)).toMatchObject({ to: address });
    }
  } finally {
    await limited.close();
  }
});

it('PATCH /users/me sends no notice for a username in another case, a name or a gender', async () => {
  const owner = await owners.newOwner();
  const { token } = owner;
  await app.patch('users/me', { username: owner.username.toUpperCase() }, { token });
  await app.patch('users/me', { name: 'Jane Doe', gender: 'other' }, { token });
  await owners.untilSent();
  expect(inbox.textsTo(owner.email)).toEqual([]);
  expect(inbox.textsTo(owner.mobile)).toEqual([]);
});

describe('DELETE /users/me', () => {
  const expireStepUp = (owner: Account) =>
    app.query(
      `UPDATE sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1`,
      [owner.id],
    );

  it('answers 401 without the password unless the log-in was recent', async () => {
    const owner = await app.account();
    await expireStepUp(owner);
    const send = { token: owner.token };
    const without = await app.delete('users/me', send);
    expect([without.status, without.body.code]).toEqual([401, 'reauthentication_required']);
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer /);
    const wrong = await app.delete('users/me', { ...send, body: { current_password: 'wrong' } });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'password_incorrect']);
    const again = await app.logIn(owner.username);
    expect((await app.get('users/me', send)).status).toBe(200);
    expect((await app.delete('users/me', { token: again.token })).status).toBe(204);
  });

  it('accepts the password in the body if the log-in was not recent', async () => {
    const owner = await app.account();
    await expireStepUp(owner);
    const body = { current_password: PASSWORD };
    expect((await app.delete('users/me', { token: owner.token, body })).status).toBe(204);
  });

  it('DELETE /users/{id} answers 401 to an admin without a recent log-in or step-up', async () => {
    const [one, other] = [await app.account('admin'), await app.account('admin')];
    await expireStepUp(one);
    const send = { token: one.token };
    const own = await app.delete(`users/${one.id}`, send);
    expect([own.status, own.body.code]).toEqual([401, 'reauthentication_required']);
    const another = await app.delete(`users/${other.id}`, send);
    expect([another.status, another.body.code]).toEqual([401, 'reauthentication_required']);
    expect((await app.post('auth/step-up', { password: PASSWORD }, send)).status).toBe(204);
    expect((await app.delete(`users/${other.id}`, send)).status).toBe(204);
  });

  it('answers 403 for a wrong password even if none was needed', async () => {
    const { token } = await app.account();
    const answer = await app.delete('users/me', { token, body: { current_password: 'wrong' } });
    expect([answer.status, answer.body.code]).toEqual([403, 'password_incorrect']);
  });
});

it.each<[string, (owner: Owner) => Promise<{ status: number }>]>([
  [
    'PUT /users/me/password',
    ({ token }) =>
      app.put(
        'users/me/password',
        { old_password: PASSWORD, new_password: NEW_PASSWORD },
        { token },
      ),
  ],
  [
    'PATCH /users/{id} with a role, by an admin',
    ({ id }) => app.patch(`users/${id}`, { role: 'viewer' }, { token: admin.token }),
  ],
])('%s cancels reset links that are not sent yet', async (_, change) => {
  const owner = await owners.newOwner();
  // As after a failed attempt to send them.
  const queued = await app.query<{ id: string; identifier: string }>(
    `INSERT INTO outbox (kind, identifier, due_at)
     SELECT 'password_reset', unnest($1::text[]), now() + interval '1 hour'
     RETURNING id, identifier`,
    [[owner.email.toUpperCase(), owner.mobile]],
  );
  expect((await change(owner)).status).toBeLessThan(300);
  const ids = queued.map(({ id }) => id);
  expect(await app.query('SELECT FROM outbox WHERE id = ANY ($1)', [ids])).toEqual([]);
  // A worker may have claimed them before.
  const compose = app.app.nest.get(Outbox).composerOf('password_reset');
  for (const message of queued) {
    expect(await compose?.({ ...message, attempts: 1 })).toBeUndefined();
  }
});
