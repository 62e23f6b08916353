import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp } from '../../../support/app.ts';
import { otp } from '../../../support/authenticator.ts';
import { CODE, Inbox, TOKEN } from '../../../support/inbox.ts';
import { now, readEvents } from '../../../support/feed.ts';
import { KINDS, type Owner, Owners } from './owners.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const inbox = new Inbox();
let app: TestApp;
let admin: Account;
let owners: Owners;
beforeAll(async () => {
  const channels = await inbox.start();
  app = await startApp({ ACCOUNT_ACTIVATION: 'email', ...channels });
  admin = await app.account('admin');
  owners = new Owners(app, inbox);
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

/** Logs the owner in, with the old or the new password. */
async function logIn(owner: Owner): Promise<string> {
  for (const password of [PASSWORD, NEW_PASSWORD]) {
    const { body } = await app.post('auth/login', { username: owner.username, password });
    if (body.access_token) return String(body.access_token);
  }
  throw new Error('the owner cannot log in');
}

/** Requests of the owner or an admin that void what is set aside or was sent. */
const CHANGES: Record<string, (owner: Owner) => Promise<unknown>> = {
  'PUT /users/me/password': ({ token }) =>
    app.put('users/me/password', { old_password: PASSWORD, new_password: NEW_PASSWORD }, { token }),
  'POST /auth/password/reset by mail': async (owner) =>
    app.post('auth/password/reset', {
      token: await owners.resetToken(owner, 'email'),
      new_password: NEW_PASSWORD,
    }),
  'POST /auth/password/reset by SMS': async (owner) =>
    app.post('auth/password/reset', {
      token: await owners.resetToken(owner, 'mobile'),
      new_password: NEW_PASSWORD,
    }),
  'PATCH /users/{id} with a role, by an admin': ({ id }) =>
    app.patch(`users/${id}`, { role: 'viewer' }, { token: admin.token }),
  'PATCH /users/{id} with a mobile, by an admin': ({ id }) =>
    app.patch(`users/${id}`, { mobile: owners.newAddress('mobile') }, { token: admin.token }),
  'PUT /users/{id} with a mobile, by an admin': ({ id, username, email }) =>
    app.put(
      `users/${id}`,
      { username, email, mobile: owners.newAddress('mobile') },
      { token: admin.token },
    ),
  'PATCH /users/{id} with an e-mail that is set aside and cancelled, by an admin': async ({
    id,
  }) => {
    await app.patch(`users/${id}`, { email: owners.newAddress('email') }, { token: admin.token });
    return app.patch(`users/${id}`, { pending_email: null }, { token: admin.token });
  },
  'PATCH /users/{id} to disabled and back, by an admin': async ({ id }) => {
    await app.patch(`users/${id}`, { status: 'disabled' }, { token: admin.token });
    return app.patch(`users/${id}`, { status: 'active' }, { token: admin.token });
  },
  'DELETE /users/{id}/sessions, by an admin': ({ id }) =>
    app.delete(`users/${id}/sessions`, { token: admin.token }),
};

describe.each(Object.entries(CHANGES))('%s', (_, change) => {
  it.each(KINDS)('voids a new %s that is set aside, and its code', async (kind) => {
    const owner = await owners.newOwner();
    const { address, code } = await owners.setAside(owner, kind);
    const cursor = await now(app, admin.token);
    await change(owner);
    const token = await logIn(owner);
    const answer = await app.post('auth/activation', { [kind]: address, code }, { token });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
    const { body } = await app.get('users/me', { token });
    expect(body[`pending_${kind}`]).toBeUndefined();
    expect(body[kind]).not.toBe(address);
    // The feed contains each version. The second one has set the address aside.
    const { events } = await readEvents(app, admin.token, cursor, body.version - 2);
    const versions = Array.from({ length: body.version - 2 }, (_unused, n) => n + 3);
    expect(events.map(({ data }) => [data.id, data.version])).toEqual(
      versions.map((version) => [owner.id, version]),
    );
  });

  it('voids an authenticator that is not confirmed', async () => {
    const owner = await owners.newOwner();
    const { secret } = (await app.post('users/me/mfa/totp', undefined, owner)).body;
    await change(owner);
    const [body, token] = [{ otp: otp(secret) }, await logIn(owner)];
    expect((await app.post('users/me/mfa/totp/confirm', body, { token })).status).toBe(404);
  });

  it.each(KINDS)('voids a reset link that was sent to the %s', async (kind) => {
    const owner = await owners.newOwner();
    const token = await owners.resetToken(owner, kind);
    await change(owner);
    const reset = await app.post('auth/password/reset', { token, new_password: 'a third one 1' });
    expect([reset.status, reset.body.code]).toEqual([400, 'invalid_reset_token']);
  });
});

describe.each(KINDS)('POST /auth/activation for a new %s', (kind) => {
  it('voids a reset link and the other address that is set aside', async () => {
    const owner = await owners.newOwner();
    const other = kind === 'email' ? 'mobile' : 'email';
    const token = await owners.resetToken(owner, other);
    const pending = await owners.setAside(owner, other);
    const { address, code } = await owners.setAside(owner, kind);
    const send = { token: owner.token };
    const confirmed = await app.post('auth/activation', { [kind]: address, code }, send);
    expect([confirmed.status, confirmed.body[kind]]).toEqual([200, address]);
    expect(confirmed.body[`pending_${other}`]).toBeUndefined();
    const body = { [other]: pending.address, code: pending.code };
    expect((await app.post('auth/activation', body, send)).body.code).toBe('invalid_code');
    const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    expect(reset.body.code).toBe('invalid_reset_token');
  });

  it.each(['PUT', 'PATCH'] as const)(
    'confirms an address that %s has set aside',
    async (method) => {
      const owner = await owners.newOwner();
      const { address, code } = await owners.setAside(owner, kind, method);
      const answer = await app.post(
        'auth/activation',
        { [kind]: address, code },
        { token: owner.token },
      );
      expect([answer.status, answer.body[kind]]).toEqual([200, address]);
    },
  );

  it('answers 400 for the code of the other address', async () => {
    const owner = await owners.newOwner();
    const other = kind === 'email' ? 'mobile' : 'email';
    const [one, two] = [await owners.setAside(owner, kind), await owners.setAside(owner, other)];
    if (one.code === two.code) return; // happens once in a million
    const body = { [kind]: one.address, code: two.code };
    const answer = await app.post('auth/activation', body, { token: owner.token });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
    const right = { [kind]: one.address, code: one.code };
    const send = { token: owner.token };
    expect((await app.post('auth/activation', right, send)).status).toBe(200);
  });

  it('needs the access token of the account that requested it', async () => {
    const [owner, stranger] = [await owners.newOwner(), await owners.newOwner()];
    const { address, code } = await owners.setAside(owner, kind);
    const body = { [kind]: address, code };
    for (const token of [undefined, stranger.token, admin.token]) {
      const answer = await app.post('auth/activation', body, { token });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
    }
    const invalid = await app.post('auth/activation', body, { token: 'not.a.token' });
    expect([invalid.status, invalid.body.code]).toEqual([401, 'invalid_token']);
    expect((await app.post('auth/activation', body, { token: owner.token })).status).toBe(200);
  });

  it('answers 400 to one account for the code that another account got for the same address', async () => {
    const [one, two] = [await owners.newOwner(), await owners.newOwner()];
    const first = await owners.setAside(one, kind);
    await app.patch(
      'users/me',
      { [kind]: first.address, current_password: PASSWORD },
      { token: two.token },
    );
    const second = await inbox.secretTo(first.address, CODE, 1);
    const [newest = ''] = inbox.textsTo(first.address).slice(-1);
    expect(newest).toContain(two.username);
    if (first.code === second) return; // happens once in a million
    const body = { [kind]: first.address, code: second };
    const answer = await app.post('auth/activation', body, { token: one.token });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
    for (const { token } of [one, two]) {
      expect((await app.get('users/me', { token })).body[kind]).not.toBe(first.address);
    }
  });
});

describe.each(KINDS)('a new %s that is set aside', (kind) => {
  it.each(['PUT', 'PATCH'] as const)(
    'is cancelled by a %s with the current address',
    async (method) => {
      const owner = await owners.newOwner();
      const { address, code } = await owners.setAside(owner, kind);
      const { username, email, mobile, token } = owner;
      const body = method === 'PUT' ? { username, email, mobile } : { [kind]: owner[kind] };
      const cancel = await app.send(method, 'users/me', { token, body });
      expect(cancel.status, cancel.text).toBe(200);
      expect(cancel.body[`pending_${kind}`]).toBeUndefined();
      const sent = inbox.textsTo(address).length;
      await app.post('auth/activation/resend', { [kind]: address });
      const answer = await app.post('auth/activation', { [kind]: address, code }, { token });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
      await owners.untilSent();
      expect(inbox.textsTo(address)).toHaveLength(sent);
    },
  );

  it('is cancelled by null if the account has no such address', async () => {
    const account = await app.account();
    const address = owners.newAddress(kind);
    const send = { token: account.token };
    const body = { [kind]: address, current_password: PASSWORD };
    expect((await app.patch('users/me', body, send)).body[`pending_${kind}`]).toBe(address);
    const cancel = await app.patch('users/me', { [kind]: null }, send);
    expect(cancel.status, cancel.text).toBe(200);
    expect(cancel.body[`pending_${kind}`]).toBeUndefined();
  });

  it('is cancelled by null in its own pending field', async () => {
    const owner = await owners.newOwner();
    const { address, code } = await owners.setAside(owner, kind);
    const cancel = await app.patch(
      'users/me',
      { [`pending_${kind}`]: null },
      { token: owner.token },
    );
    expect([cancel.status, cancel.body[`pending_${kind}`]]).toEqual([200, undefined]);
    const body = { [kind]: address, code };
    const answer = await app.post('auth/activation', body, { token: owner.token });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
  });

  it('keeps its code after attempts with an invalid access token', async () => {
    const owner = await owners.newOwner();
    const { address, code } = await owners.setAside(owner, kind);
    const body = { [kind]: address, code };
    for (let count = 0; count < 6; count += 1) {
      const refused = await app.post('auth/activation', body, { token: 'expired' });
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    }
    expect((await app.post('auth/activation', body, { token: owner.token })).status).toBe(200);
  });

  it('is kept by a PUT of the user object as it was returned', async () => {
    const owner = await owners.newOwner();
    const { address } = await owners.setAside(owner, kind);
    const read = await app.get('users/me', { token: owner.token });
    const back = await app.put('users/me', read.body, { token: owner.token });
    expect([back.status, back.body[`pending_${kind}`]]).toEqual([200, address]);
  });

  it('expires after 24 hours: its code is refused, and no other is sent', async () => {
    const owner = await owners.newOwner();
    const { address, code } = await owners.setAside(owner, kind);
    const [row] = await app.query<{ hours: number }>(
      `SELECT round(extract(epoch FROM pending_${kind}_until - now()) / 3600)::int AS hours
       FROM users WHERE id = $1`,
      [owner.id],
    );
    expect(row?.hours).toBe(24);
    await app.query(`UPDATE users SET pending_${kind}_until = now() WHERE id = $1`, [owner.id]);
    const sent = inbox.textsTo(address).length;
    const send = { token: owner.token };
    expect((await app.post('auth/activation/resend', { [kind]: address })).status).toBe(202);
    expect((await app.post('auth/activation/resend', { [kind]: address }, send)).status).toBe(202);
    await owners.untilSent();
    expect(inbox.textsTo(address)).toHaveLength(sent);
    const answer = await app.post('auth/activation', { [kind]: address, code }, send);
    expect(answer.body.code).toBe('invalid_code');
    expect((await app.get('users/me', send)).body[`pending_${kind}`]).toBeUndefined();
  });

  it('gets another code on request, with or without the access token', async () => {
    const owner = await owners.newOwner();
    const { address } = await owners.setAside(owner, kind);
    for (const token of [undefined, owner.token]) {
      const known = inbox.secretsTo(address, CODE).length;
      await app.post('auth/activation/resend', { [kind]: address }, { token });
      await inbox.secretTo(address, CODE, known);
    }
    const body = { [kind]: address, code: inbox.secretsTo(address, CODE).at(-1) };
    expect((await app.post('auth/activation', body, { token: owner.token })).status).toBe(200);
  });

  it('is returned to its owner and to admins only', async () => {
    const [owner, other] = [await owners.newOwner(), await owners.newOwner()];
    const { address } = await owners.setAside(owner, kind);
    const field = `pending_${kind}`;
    const query = `users?q=${owner.username}`;
    for (const { token } of [owner, admin]) {
      expect((await app.get(`users/${owner.id}`, { token })).body[field]).toBe(address);
      expect((await app.get(query, { token })).body.data[0][field]).toBe(address);
    }
    expect(field in (await app.get(`users/${owner.id}`, { token: other.token })).body).toBe(false);
    expect(field in (await app.get(query, { token: other.token })).body.data[0]).toBe(false);
  });

  it('neither logs in nor gets a reset link', async () => {
    const owner = await owners.newOwner();
    const { address } = await owners.setAside(owner, kind);
    const login = await app.post('auth/login', { [kind]: address, password: PASSWORD });
    expect(login.status).toBe(401);
    await app.post('auth/password/forgot', { [kind]: address });
    await owners.untilSent();
    expect(inbox.secretsTo(address, TOKEN)).toEqual([]);
  });
});

describe('POST /auth/password/reset', () => {
  it.each(KINDS)('answers 400 for a link that was sent to a former %s', async (kind) => {
    const owner = await owners.newOwner();
    const token = await owners.resetToken(owner, kind);
    const values = [owner.id, owners.newAddress(kind)];
    await app.query(`UPDATE users SET ${kind} = $2 WHERE id = $1`, values);
    const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    expect([reset.status, reset.body.code]).toEqual([400, 'invalid_reset_token']);
  });

  it('answers 400 for a link of an account that was disabled since', async () => {
    const owner = await owners.newOwner();
    const token = await owners.resetToken(owner, 'email');
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [owner.id]);
    const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    expect([reset.status, reset.body.code]).toEqual([400, 'invalid_reset_token']);
  });
});
