import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import {
  earlyInStep,
  nextStep,
  otp,
  type SecuredAccount,
  secure,
  wrongOtp,
} from '../../support/authenticator.ts';
import { statusesOf } from '../../support/client.ts';

let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  app = await startApp();
  second = await startSecondInstance(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

const secured = async () => secure(app, await app.account());

function logIn({ username }: SecuredAccount, factor: object = {}, password = PASSWORD, on = app) {
  return on.post('auth/login', { username, password, ...factor });
}

const times = <T>(count: number, act: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => act(at)));

describe('POST /auth/login of an account with a second factor', () => {
  it('answers 403 mfa_required after the right password, and 401 after a wrong one', async () => {
    const account = await secured();
    const without = await logIn(account);
    expect([without.status, without.body.code]).toEqual([403, 'mfa_required']);
    const wrong = await logIn(account, {}, 'wrong');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
  });

  it('accepts the code of the current, the previous and the next step', async () => {
    const account = await secured();
    await earlyInStep();
    for (const steps of [-1, 0, 1]) {
      const { status } = await logIn(account, { otp: otp(account.secret, steps) });
      expect(status).toBe(200);
    }
  });

  it('gives the same 401 for a wrong code and for a right code with a wrong password', async () => {
    const account = await secured();
    const answers = [
      await logIn(account, { otp: wrongOtp(account.secret) }),
      await logIn(account, { recovery_code: 'A'.repeat(24) }),
      await logIn(account, { otp: otp(account.secret) }, 'wrong'),
      await logIn(account, { recovery_code: account.recoveryCodes[0] }, 'wrong'),
    ];
    const [first] = answers;
    for (const { status, body } of answers) {
      expect([status, body.code, body.detail]).toEqual([
        401,
        'invalid_credentials',
        first?.body.detail,
      ]);
    }
    const { body } = await app.get('users/me/mfa', account);
    expect(body.recovery_codes_left).toBe(10);
  });

  it('accepts a code once, and afterwards none of an earlier step', async () => {
    const account = await secured();
    const [before, now] = [otp(account.secret, -1), otp(account.secret)];
    expect((await logIn(account, { otp: now })).status).toBe(200);
    expect((await logIn(account, { otp: now })).status).toBe(401);
    expect((await logIn(account, { otp: before })).status).toBe(401);
  });

  it('answers 200 to one of twenty concurrent log-ins with the same code, on two instances', async () => {
    const account = await secured();
    const body = { otp: otp(account.secret) };
    const answers = await times(20, (at) => logIn(account, body, PASSWORD, at % 2 ? app : second));
    expect(statusesOf(answers)).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  it('answers 200 to one of twenty concurrent log-ins with the same recovery code, on two instances', async () => {
    const account = await secured();
    const body = { recovery_code: account.recoveryCodes[3] };
    const answers = await times(20, (at) => logIn(account, body, PASSWORD, at % 2 ? app : second));
    expect(statusesOf(answers)).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  it('accepts the same code at log-in or at step-up, but not at both', async () => {
    const account = await secured();
    const body = { otp: otp(account.secret) };
    const [login, stepUp] = await Promise.all([
      logIn(account, body),
      second.post('auth/step-up', body, account),
    ]);
    expect([
      [200, 400],
      [401, 204],
    ]).toContainEqual([login.status, stepUp.status]);
  });

  it('accepts a recovery code in lower case, in groups and in full-width characters', async () => {
    const account = await secured();
    const [one = '', other = ''] = account.recoveryCodes;
    const typed = one.toLowerCase().replace(/.{4}(?=.)/g, '$&-');
    expect((await logIn(account, { recovery_code: typed })).status).toBe(200);
    const wide = other.replace(/./g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0));
    expect((await logIn(account, { recovery_code: wide })).status).toBe(200);
  });

  it('refuses codes of earlier steps after the clock was set back, but accepts a recovery code', async () => {
    const account = await secured();
    // As if the last code had been accepted while the clock was two minutes ahead.
    await app.query('UPDATE second_factors SET last_step = $2 WHERE user_id = $1', [
      account.id,
      Math.floor(Date.now() / 30_000) + 4,
    ]);
    expect((await logIn(account, { otp: otp(account.secret) })).status).toBe(401);
    const { recoveryCodes } = account;
    expect((await logIn(account, { recovery_code: recoveryCodes[0] })).status).toBe(200);
  });

  it.each([
    ['otp and recovery_code', { otp: '123456', recovery_code: 'A'.repeat(24) }, '/otp', 'one_of'],
    ['five digits', { otp: '12345' }, '/otp', 'format'],
    ['seven digits', { otp: '1234567' }, '/otp', 'format'],
    ['a number', { otp: 123456 }, '/otp', 'type'],
    ['a short recovery code', { recovery_code: 'ABC' }, '/recovery_code', 'format'],
    [
      'a recovery code of other letters',
      { recovery_code: '1'.repeat(24) },
      '/recovery_code',
      'format',
    ],
  ])('answers 400 for %s', async (_, factor, pointer, code) => {
    const { status, body } = await logIn(await secured(), factor);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toMatchObject([{ pointer, code }]);
  });

  it('ignores a code if the account has no second factor', async () => {
    const { username } = await app.account();
    const answer = await app.post('auth/login', { username, password: PASSWORD, otp: '123456' });
    expect(answer.status).toBe(200);
  });

  it('audits that a log-in failed at the second factor', async () => {
    const account = await secured();
    await logIn(account, {});
    await logIn(account, { otp: wrongOtp(account.secret) });
    const admin = await app.account('admin');
    const filter = `subject_id=${account.id}&action=login_failed`;
    const { body } = await app.get(`audit-events?${filter}`, admin);
    expect(body.data).toMatchObject([
      { details: { reason: 'second_factor' } },
      { details: { reason: 'second_factor_missing' } },
    ]);
  });
});

describe('POST /auth/login with the right password and wrong codes', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startSecondInstance(app, { RATE_LIMIT: 'on', RATE_LIMIT_LOGIN: '1000/1m' });
  });
  afterAll(() => limited.close());

  async function failTimes(account: SecuredAccount, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const { status } = await logIn(account, { otp: wrongOtp(account.secret) }, PASSWORD, limited);
      expect(status).toBe(401);
      // These tests are about the wait of the second factor only.
      await app.query('DELETE FROM login_attempts');
    }
  }

  it('has no wait after four wrong codes', async () => {
    const account = await secured();
    await failTimes(account, 4);
    const right = { otp: otp(account.secret) };
    expect((await logIn(account, right, PASSWORD, limited)).status).toBe(200);
  });

  it('answers 429 after many, also at step-up and for the right code', async () => {
    const account = await secured();
    await app.query('UPDATE second_factors SET failures = 12 WHERE user_id = $1', [account.id]);
    await failTimes(account, 1);
    const right = { otp: otp(account.secret) };
    const answer = await logIn(account, right, PASSWORD, limited);
    expect([answer.status, answer.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.post('auth/step-up', right, account)).status).toBe(429);
    await nextStep(app, account);
    expect((await logIn(account, right, PASSWORD, limited)).status).toBe(200);
  });

  it('stores a wait of 32 s after ten, which a request for a password reset does not end', async () => {
    const account = await secured();
    await app.query('UPDATE second_factors SET failures = 9 WHERE user_id = $1', [account.id]);
    await failTimes(account, 1);
    const [row] = await app.query<{ wait: number }>(
      `SELECT extract(epoch FROM next_at - now())::float8 AS wait FROM second_factors
       WHERE user_id = $1`,
      [account.id],
    );
    expect(row?.wait).toBeGreaterThan(16);
    expect(row?.wait).toBeLessThanOrEqual(32);
    const admin = await app.account('admin');
    await app.query(`UPDATE users SET email = $2 WHERE id = $1`, [
      account.id,
      `${account.username}@example.com`,
    ]);
    await app.post(`users/${account.id}/password-reset`, undefined, admin);
    const answer = await logIn(account, { otp: otp(account.secret) }, PASSWORD, limited);
    expect(answer.status).toBe(429);
  });

  it('does not count a missing code as a failed log-in', async () => {
    const account = await secured();
    for (let at = 0; at < 8; at += 1) {
      expect((await logIn(account, {}, PASSWORD, limited)).body.code).toBe('mfa_required');
    }
    const right = { otp: otp(account.secret) };
    expect((await logIn(account, right, PASSWORD, limited)).status).toBe(200);
  });

  it('does not reset the count of wrong codes at a right password without a code', async () => {
    const account = await secured();
    await app.query('DELETE FROM login_attempts');
    for (let at = 0; at < 4; at += 1) {
      await logIn(account, { otp: wrongOtp(account.secret) }, PASSWORD, limited);
      await logIn(account, {}, PASSWORD, limited);
    }
    const [row] = await app.query(
      `SELECT f.failures AS factor, max(a.failures) AS login FROM second_factors f, login_attempts a
       WHERE f.user_id = $1 AND a.updated_at > now() - interval '1 min' GROUP BY 1`,
      [account.id],
    );
    expect(row).toEqual({ factor: 4, login: 4 });
  });
});
