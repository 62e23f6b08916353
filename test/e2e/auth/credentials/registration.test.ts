import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Housekeeping } from '../../../../src/common/database/housekeeping.js';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../../support/app.ts';
import { eventually } from '../../../support/eventually.ts';
import { now, readEvents } from '../../../support/feed.ts';
import { CODE, Inbox, TOKEN } from '../../../support/inbox.ts';
import { KINDS, type Kind } from './owners.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const inbox = new Inbox();
const apps = {} as Record<Kind, TestApp>;
beforeAll(async () => {
  const channels = await inbox.start();
  for (const kind of KINDS) {
    apps[kind] = await startApp({ ACCOUNT_ACTIVATION: kind, ...channels });
  }
});
afterAll(async () => {
  for (const kind of KINDS) await apps[kind].close();
  await inbox.stop();
});

let serial = 0;
function newNames() {
  serial += 1;
  return {
    username: `waiting.${serial}`,
    email: `waiting.${serial}@example.com`,
    mobile: `+4915200${100_000 + serial}`,
  };
}

describe.each(KINDS)('POST /users with a pending account, ACCOUNT_ACTIVATION=%s', (kind) => {
  const other: Kind = kind === 'email' ? 'mobile' : 'email';

  async function create(names: object) {
    const { token } = await apps[kind].account('admin');
    const body = { ...names, status: 'pending', password: PASSWORD };
    const answer = await apps[kind].post('users', body, { token });
    expect(answer.status, answer.text).toBe(201);
    return { id: String(answer.body.id), body: answer.body, token };
  }

  it('sends the code to the only address, although it is the other one', async () => {
    const { username, [other]: address } = newNames();
    const { id, body } = await create({ username, [other]: address });
    expect(body).toMatchObject({ [other]: address, status: 'pending' });
    const rows = await apps[kind].query(
      `SELECT activation_due > now() + interval '6 days' AS expires FROM users WHERE id = $1`,
      [id],
    );
    expect(rows).toEqual([{ expires: true }]);
    const code = await inbox.secretTo(address, CODE);
    const activated = await apps[kind].post('auth/activation', { [other]: address, code });
    expect([activated.status, activated.body.status]).toEqual([200, 'active']);
    await apps[kind].logIn(username);
  });

  it('sends the code when an admin adds its only address later', async () => {
    const { username, [other]: address } = newNames();
    const { id, token } = await create({ username });
    await apps[kind].patch(`users/${id}`, { [other]: address }, { token });
    const code = await inbox.secretTo(address, CODE);
    const activated = await apps[kind].post('auth/activation', { [other]: address, code });
    expect([activated.status, activated.body[other]]).toEqual([200, address]);
  });
});

describe.each(KINDS)('POST /auth/register with ACCOUNT_ACTIVATION=%s and two addresses', (kind) => {
  const other: Kind = kind === 'email' ? 'mobile' : 'email';
  let app: TestApp;
  beforeAll(() => {
    app = apps[kind];
  });

  async function register() {
    const names = newNames();
    const answer = await app.post('auth/register', { ...names, password: PASSWORD });
    expect(answer.status, answer.text).toBe(201);
    return { ...names, id: String(answer.body.id), body: answer.body };
  }

  async function untilSent(): Promise<void> {
    const isEmpty = async () => (await app.query('SELECT FROM outbox')).length === 0;
    await eventually(isEmpty, 'an empty outbox');
  }

  it('sets the second one aside, which neither logs in nor gets a message', async () => {
    const account = await register();
    expect(account.body).toMatchObject({
      status: 'pending',
      [kind]: account[kind],
      [other]: null,
      [`pending_${other}`]: account[other],
    });
    const send = { [other]: account[other] };
    expect((await app.post('auth/login', { ...send, password: PASSWORD })).status).toBe(401);
    expect((await app.post('auth/password/forgot', send)).status).toBe(202);
    expect((await app.post('auth/activation/resend', send)).status).toBe(202);
    await untilSent();
    expect(inbox.textsTo(account[other])).toEqual([]);
  });

  it('sends a code to the second one after the first one is confirmed', async () => {
    const account = await register();
    const code = await inbox.secretTo(account[kind], CODE);
    const first = await app.post('auth/activation', { [kind]: account[kind], code });
    expect([first.status, first.body.status]).toEqual([200, 'active']);
    const { token } = await app.logIn(account.username);
    const second = { [other]: account[other], code: await inbox.secretTo(account[other], CODE) };
    expect((await app.post('auth/activation', second)).status).toBe(400);
    const confirmed = await app.post('auth/activation', second, { token });
    expect([confirmed.status, confirmed.body[other]]).toEqual([200, account[other]]);
  });

  it('voids a reset link that was sent before the activation', async () => {
    const account = await register();
    const code = await inbox.secretTo(account[kind], CODE);
    await app.post('auth/password/forgot', { [kind]: account[kind] });
    const token = await inbox.secretTo(account[kind], TOKEN);
    await app.post('auth/activation', { [kind]: account[kind], code });
    const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    expect([reset.status, reset.body.code]).toEqual([400, 'invalid_reset_token']);
  });

  it('removes the second one at a password reset through the first one', async () => {
    const account = await register();
    await app.post('auth/password/forgot', { [kind]: account[kind] });
    const token = await inbox.secretTo(account[kind], TOKEN);
    const { token: admin } = await app.account('admin');
    const cursor = await now(app, admin);
    const reset = await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    expect(reset.status, reset.text).toBe(204);
    const { events } = await readEvents(app, admin, cursor, 1);
    expect(events).toMatchObject([
      { type: 'user.updated', data: { id: account.id, version: 2, object: { status: 'active' } } },
    ]);
    const login = { [kind]: account[kind], password: NEW_PASSWORD };
    const { status, body } = await app.post('auth/login', login);
    expect(status).toBe(200); // the link of the message has confirmed the address
    const { body: me } = await app.get('users/me', { token: body.access_token });
    expect(me).toMatchObject({ status: 'active', [other]: null });
    expect(me[`pending_${other}`]).toBeUndefined();
    await app.post('auth/password/forgot', { [other]: account[other] });
    await untilSent();
    expect(inbox.textsTo(account[other])).toEqual([]);
  });

  it('sends no link to an unconfirmed second one of an older version, and removes it at a reset', async () => {
    const account = await register();
    await app.query(
      `UPDATE users SET ${other} = pending_${other}, pending_${other} = NULL WHERE id = $1`,
      [account.id],
    );
    await app.post('auth/password/forgot', { [other]: account[other] });
    await untilSent();
    expect(inbox.secretsTo(account[other], TOKEN)).toEqual([]);
    await app.post('auth/password/forgot', { [kind]: account[kind] });
    const token = await inbox.secretTo(account[kind], TOKEN);
    await app.post('auth/password/reset', { token, new_password: NEW_PASSWORD });
    const rows = await app.query(`SELECT status, ${other} AS other FROM users WHERE id = $1`, [
      account.id,
    ]);
    expect(rows).toEqual([{ status: 'active', other: null }]);
  });

  it('answers 409 for a second one that another account has', async () => {
    const names = newNames();
    const owner = await app.storedAccount();
    await app.query(`UPDATE users SET ${other} = $2 WHERE id = $1`, [owner.id, names[other]]);
    const answer = await app.post('auth/register', { ...names, password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([409, `${other}_taken`]);
  });

  it('deletes an account that is not activated within 7 days, and frees its names and addresses', async () => {
    const [late, active] = [await register(), await register()];
    const code = await inbox.secretTo(active[kind], CODE);
    await app.post('auth/activation', { [kind]: active[kind], code });
    const due = await app.query(
      `SELECT id, round(extract(epoch FROM activation_due - now()) / 86400)::int AS days
       FROM users WHERE id = ANY($1) AND activation_due IS NOT NULL`,
      [[late.id, active.id]],
    );
    expect(due).toEqual([{ id: late.id, days: 7 }]);
    await app.query("UPDATE users SET activation_due = now() - interval '1 s' WHERE id = $1", [
      late.id,
    ]);
    await app.app.nest.get(Housekeeping).run();
    const left = await app.query('SELECT id FROM users WHERE id = ANY($1)', [[late.id, active.id]]);
    expect(left).toEqual([{ id: active.id }]);
    const admin = await app.account('admin');
    const { body } = await app.get(`audit-events?subject_id=${late.id}`, { token: admin.token });
    expect(body.data[0]).toMatchObject({
      action: 'user_deleted',
      actor_id: null,
      details: { reason: 'never_activated' },
    });
    const { username, email, mobile } = late;
    const again = { username, email, mobile, password: PASSWORD };
    expect((await app.post('auth/register', again)).status).toBe(201);
  });

  it('does not delete an account that an admin has made pending', async () => {
    const admin = await app.account('admin');
    const account = await app.storedAccount();
    await app.patch(`users/${account.id}`, { status: 'pending' }, { token: admin.token });
    await app.app.nest.get(Housekeeping).run();
    const rows = await app.query('SELECT status, activation_due FROM users WHERE id = $1', [
      account.id,
    ]);
    expect(rows).toEqual([{ status: 'pending', activation_due: null }]);
  });

  it('removes an address that is set aside after 24 hours, with a new version of the account', async () => {
    const [admin, owner] = [await app.account('admin'), await app.account()];
    const setAside = (which: Kind, life: string) =>
      app.query(
        `UPDATE users SET pending_${which} = $2, pending_${which}_until = now() + $3::interval
         WHERE id = $1`,
        [owner.id, newNames()[which], life],
      );
    await setAside(kind, '0 s');
    await setAside(other, '1 hour');
    await app.app.nest.get(Housekeeping).run();
    const { body } = await app.get('users/me', { token: owner.token });
    expect(body).toMatchObject({ version: 2, [`pending_${other}`]: expect.any(String) });
    const [row] = await app.query(`SELECT pending_${kind} AS address FROM users WHERE id = $1`, [
      owner.id,
    ]);
    expect(row).toEqual({ address: null });
    const events = await app.get(`audit-events?subject_id=${owner.id}`, { token: admin.token });
    expect(events.body.data[0]).toMatchObject({
      action: 'user_updated',
      actor_id: null,
      details: { fields: [`pending_${kind}`], reason: 'expired' },
    });
  });
});

describe('instances with different values of ACCOUNT_ACTIVATION on one database', () => {
  it('send the activation code although the sending instance has no activation', async () => {
    const app = await startApp({ ...channels(), ACCOUNT_ACTIVATION: 'email' });
    const { email } = newNames();
    try {
      await app.query(`ALTER TABLE outbox ALTER due_at SET DEFAULT now() + interval '1 h'`);
      await app.post('auth/register', { email, password: PASSWORD });
      await app.app.close();
      const other = await startSecondInstance(app, { ACCOUNT_ACTIVATION: 'none' });
      await app.query('UPDATE outbox SET due_at = now()');
      const code = await inbox.secretTo(email, CODE);
      const answer = await other.post('auth/activation', { email, code });
      expect([answer.status, answer.body.status]).toEqual([200, 'active']);
      await other.close();
    } finally {
      await app.close();
    }
  });

  it.each(['none', 'mobile'])(
    'activate a pending account by a password reset at an instance with the value %s',
    async (value) => {
      const app = await startApp({ ...channels(), ACCOUNT_ACTIVATION: 'email' });
      const other = await startSecondInstance(app, { ACCOUNT_ACTIVATION: value });
      try {
        const { email } = newNames();
        await app.post('auth/register', { email, password: PASSWORD });
        await other.post('auth/password/forgot', { email });
        const token = await inbox.secretTo(email, TOKEN);
        const body = { token, new_password: NEW_PASSWORD };
        expect((await other.post('auth/password/reset', body)).status).toBe(204);
        const login = { email, password: NEW_PASSWORD };
        expect((await other.post('auth/login', login)).status).toBe(200);
      } finally {
        await other.close();
        await app.close();
      }
    },
  );

  function channels(): Record<string, string> {
    const { MAIL_URL = '', SMS_WEBHOOK_URL = '' } = apps.email.environment;
    return { MAIL_URL, SMS_WEBHOOK_URL };
  }
});

describe('an account whose only confirmed name is a mobile number', () => {
  async function withMobileOnly() {
    const app = apps.mobile;
    const { email, mobile } = newNames();
    await app.post('auth/register', { email, mobile, password: PASSWORD });
    const code = await inbox.secretTo(mobile, CODE);
    const { body } = await app.post('auth/activation', { mobile, code });
    const login = await app.post('auth/login', { mobile, password: PASSWORD });
    return { app, id: String(body.id), token: String(login.body.access_token) };
  }

  it('can change its name, but not remove the number', async () => {
    const { app, token } = await withMobileOnly();
    const renamed = await app.patch('users/me', { name: 'Jane Doe' }, { token });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Jane Doe']);
    const body = { mobile: null, current_password: PASSWORD };
    const removed = await app.patch('users/me', body, { token });
    expect([removed.status, removed.body.code]).toEqual([400, 'validation_failed']);
  });

  it('can be sent back as it was read, and can be disabled by an admin', async () => {
    const { app, id } = await withMobileOnly();
    const { token } = await app.account('admin');
    const { body: read } = await app.get(`users/${id}`, { token });
    const same = await app.put(`users/${id}`, read, { token });
    expect([same.status, same.body]).toEqual([200, read]);
    const disabled = await app.patch(`users/${id}`, { status: 'disabled' }, { token });
    expect([disabled.status, disabled.body.status]).toEqual([200, 'disabled']);
  });
});
