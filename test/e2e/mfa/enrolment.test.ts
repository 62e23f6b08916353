import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, startApp, type TestApp } from '../../support/app.ts';
import { nextStep, otp, secure, wrongOtp } from '../../support/authenticator.ts';
import { Inbox } from '../../support/inbox.ts';
import { eventually } from '../../support/eventually.ts';

const inbox = new Inbox();
let app: TestApp;
beforeAll(async () => {
  app = await startApp(await inbox.start());
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

async function enrol({ token }: Account): Promise<string> {
  const { status, body } = await app.post('users/me/mfa/totp', undefined, { token });
  expect(status).toBe(201);
  return String(body.secret);
}

async function withEmail(account: Account): Promise<string> {
  const email = `${account.username}@example.com`;
  await app.query('UPDATE users SET email = $2 WHERE id = $1', [account.id, email]);
  return email;
}

const untilNotified = (email: string, text: string) =>
  eventually(() => inbox.textsTo(email).some((sent) => sent.includes(text)), `"${text}"`);

describe('POST /users/me/mfa/totp', () => {
  it('returns a secret and its otpauth URI, and does not enable the second factor yet', async () => {
    const account = await app.account();
    const { status, body } = await app.post('users/me/mfa/totp', undefined, account);
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    const issuer = 'customer-api';
    expect(body.otpauth_uri).toContain(`otpauth://totp/${issuer}:${account.username}?`);
    expect(body.otpauth_uri).toContain(`secret=${body.secret}`);
    await app.logIn(account.username);
    const { body: state } = await app.get('users/me/mfa', account);
    expect(state).toEqual({ enabled: false, enabled_at: null, recovery_codes_left: 0 });
  });

  it('stores the secret encrypted', async () => {
    const account = await app.account();
    const secret = await enrol(account);
    const rows = await app.query('SELECT * FROM second_factors WHERE user_id = $1', [account.id]);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows).toMatchObject([{ secret: expect.stringMatching(/^v1\./) as unknown }]);
  });

  it('replaces a secret that is not confirmed', async () => {
    const account = await app.account();
    const [first, second] = [await enrol(account), await enrol(account)];
    const send = { token: account.token };
    const old = await app.post('users/me/mfa/totp/confirm', { otp: otp(first) }, send);
    expect([old.status, old.body.code]).toEqual([400, 'invalid_otp']);
    const now = await app.post('users/me/mfa/totp/confirm', { otp: otp(second) }, send);
    expect(now.status).toBe(200);
  });

  it('answers 409 if the account has a second factor', async () => {
    const { token } = await secure(app, await app.account());
    const again = await app.post('users/me/mfa/totp', undefined, { token });
    expect([again.status, again.body.code]).toEqual([409, 'mfa_enabled']);
  });
});

describe('POST /users/me/mfa/totp/confirm', () => {
  it('enables the second factor, returns ten recovery codes, revokes other sessions and notifies', async () => {
    const account = await app.account();
    const email = await withEmail(account);
    const other = await app.logIn(account.username);
    const secured = await secure(app, account);
    expect(new Set(secured.recoveryCodes).size).toBe(10);
    expect(await app.isActive(account.token)).toBe(true);
    expect(await app.isActive(other.token)).toBe(false);
    const { body } = await app.get('users/me/mfa', account);
    expect(body).toEqual({
      enabled: true,
      enabled_at: expect.stringMatching(/Z$/) as unknown,
      recovery_codes_left: 10,
    });
    await untilNotified(email, 'An authenticator application was added');
  });

  it.each(['12345', '1234567', '12345a', '', 482913, null, ['482913'], '𝟙𝟚𝟛𝟜𝟝'])(
    'answers 400 for %j',
    async (sent) => {
      const { token } = await app.account();
      const answer = await app.post('users/me/mfa/totp/confirm', { otp: sent }, { token });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it.each([
    ['a code with spaces', (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`],
    ['a code with a dash', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    [
      'a code of full-width digits',
      (code: string) =>
        code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    ],
  ])('accepts %s', async (_, typed) => {
    const account = await app.account();
    const code = typed(otp(await enrol(account)));
    const { status } = await app.post('users/me/mfa/totp/confirm', { otp: code }, account);
    expect(status).toBe(200);
  });

  it('answers 404 without an enrolment, and 400 for one that has expired', async () => {
    const account = await app.account();
    const send = { token: account.token };
    const none = await app.post('users/me/mfa/totp/confirm', { otp: '123456' }, send);
    expect([none.status, none.body.code]).toEqual([404, 'not_found']);
    const secret = await enrol(account);
    await app.query(
      `UPDATE second_factors SET created_at = now() - interval '601 s' WHERE user_id = $1`,
      [account.id],
    );
    const late = await app.post('users/me/mfa/totp/confirm', { otp: otp(secret) }, send);
    expect([late.status, late.body.code]).toEqual([400, 'invalid_otp']);
    await app.logIn(account.username); // an unfinished enrolment does not affect log-ins
  });

  it('audits a wrong code', async () => {
    const account = await app.account();
    const body = { otp: wrongOtp(await enrol(account)) };
    expect((await app.post('users/me/mfa/totp/confirm', body, account)).status).toBe(400);
    const admin = await app.account('admin');
    const events = await app.get(`audit-events?subject_id=${account.id}`, admin);
    expect(events.body.data).toMatchObject([
      { action: 'mfa_enabled', outcome: 'failure', actor_id: account.id },
    ]);
  });

  it('enables the second factor once for ten concurrent requests with the code', async () => {
    const account = await app.account();
    const body = { otp: otp(await enrol(account)) };
    const send = { token: account.token };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.post('users/me/mfa/totp/confirm', body, send)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(9);
  });
});

describe('POST /users/me/mfa/recovery-codes', () => {
  it('replaces all codes', async () => {
    const { token, recoveryCodes } = await secure(app, await app.account());
    const answer = await app.post('users/me/mfa/recovery-codes', undefined, { token });
    expect(answer.body.recovery_codes).toHaveLength(10);
    const old = await app.post('auth/step-up', { recovery_code: recoveryCodes[0] }, { token });
    expect([old.status, old.body.code]).toEqual([400, 'invalid_otp']);
    const body = { recovery_code: answer.body.recovery_codes[0] };
    expect((await app.post('auth/step-up', body, { token })).status).toBe(204);
    const { body: state } = await app.get('users/me/mfa', { token });
    expect(state.recovery_codes_left).toBe(9);
  });
});

describe('DELETE /users/me/mfa', () => {
  it('removes the second factor and its recovery codes, revokes other sessions and notifies', async () => {
    const account = await secure(app, await app.account());
    const email = await withEmail(account);
    const login = { username: account.username, password: 'correct horse battery staple' };
    const other = await app.post('auth/login', { ...login, otp: otp(account.secret) });
    expect((await app.delete('users/me/mfa', account)).status).toBe(204);
    expect(await app.isActive(account.token)).toBe(true);
    expect(await app.isActive(other.body.access_token)).toBe(false);
    await app.logIn(account.username);
    await untilNotified(email, 'was removed from your account');
    const [row] = await app.query(
      `SELECT (SELECT count(*)::int FROM second_factors WHERE user_id = $1) AS factors,
         (SELECT count(*)::int FROM recovery_codes WHERE user_id = $1) AS codes`,
      [account.id],
    );
    expect(row).toEqual({ factors: 0, codes: 0 });
  });
});

describe('DELETE /users/{id}/mfa', () => {
  it('removes the second factor, revokes all sessions of the user and notifies', async () => {
    const admin = await app.account('admin');
    const account = await secure(app, await app.account());
    const email = await withEmail(account);
    expect((await app.delete(`users/${account.id}/mfa`, admin)).status).toBe(204);
    expect(await app.isActive(account.token)).toBe(false);
    await app.logIn(account.username);
    await untilNotified(email, 'An administrator removed the second factor');
    const again = await app.delete(`users/${account.id}/mfa`, admin);
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
  });

  it("answers 403 for the admin's own account, which has another route", async () => {
    const admin = await secure(app, await app.account('admin'));
    const own = await app.delete(`users/${admin.id}/mfa`, admin);
    expect([own.status, own.body.code]).toEqual([403, 'forbidden']);
  });
});

it('DELETE /users/me deletes the second factor and the recovery codes', async () => {
  const account = await secure(app, await app.account());
  await app.delete('users/me', account);
  expect(await app.query('SELECT FROM second_factors WHERE user_id = $1', [account.id])).toEqual(
    [],
  );
  expect(await app.query('SELECT FROM recovery_codes WHERE user_id = $1', [account.id])).toEqual(
    [],
  );
});

it('GET /audit-events and GET /events contain no secret of a second factor', async () => {
  const admin = await app.account('admin');
  const account = await secure(app, await app.account());
  await nextStep(app, account);
  const wrong = wrongOtp(account.secret);
  await app.post('auth/step-up', { otp: wrong }, account);
  const audit = await app.get(`audit-events?limit=100`, admin);
  const feed = await app.get('events?from=start&limit=1000', admin);
  for (const secret of [account.secret, ...account.recoveryCodes, wrong, otp(account.secret)]) {
    expect(audit.text).not.toContain(`"${secret}"`);
    expect(feed.text).not.toContain(`"${secret}"`);
  }
});
