import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { HttpSink } from '../../support/http-sink.ts';
import { codeIn, MailSink } from '../../support/mail-sink.ts';

const mail = new MailSink();
const sms = new HttpSink();
let app: TestApp;
let mobileApp: TestApp;
beforeAll(async () => {
  await Promise.all([mail.start(), sms.start()]);
  app = await startApp({ ACCOUNT_ACTIVATION: 'email', MAIL_URL: mail.url });
  mobileApp = await startApp({
    ACCOUNT_ACTIVATION: 'mobile',
    SMS_WEBHOOK_URL: `http://gateway:s%26cret@127.0.0.1:${sms.port}/send`,
  });
});
afterAll(async () => {
  await Promise.all([app.close(), mobileApp.close()]);
  await Promise.all([mail.stop(), sms.stop()]);
});

let count = 0;
function newAddress(): string {
  count += 1;
  return `Jane.${count}@Example.com`;
}

async function register(email: string): Promise<{ id: string; code: string }> {
  const { status, body, text } = await app.post('auth/register', { email, password: PASSWORD });
  expect(status, text).toBe(201);
  expect(body.status).toBe('pending');
  return { id: body.id, code: codeIn((await mail.newest(email)).text) };
}

async function activated(email: string): Promise<{ id: string; token: string }> {
  const { id, code } = await register(email);
  await app.post('auth/activation', { email, code });
  const { body } = await app.post('auth/login', { email, password: PASSWORD });
  return { id, token: body.access_token };
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

describe('POST /auth/activation with ACCOUNT_ACTIVATION=email', () => {
  test('activates a pending account, which only a log-in with the right password reveals as pending', async () => {
    const email = newAddress();
    const { code } = await register(email);
    const unknown = await app.post('auth/login', { email: 'nobody@example.com', password: 'x' });
    const wrongPassword = await app.post('auth/login', { email, password: 'not the password' });
    expect(wrongPassword.status).toBe(401);
    expect({ ...wrongPassword.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });

    const pending = await app.post('auth/login', { email, password: PASSWORD });
    expect([pending.status, pending.body.code]).toEqual([403, 'account_not_active']);

    const activation = await app.post('auth/activation', { email, code });
    expect(activation.status, activation.text).toBe(200);
    expect(activation.body).toMatchObject({ email, status: 'active', version: 2 });
    expect((await app.post('auth/login', { email, password: PASSWORD })).status).toBe(200);
  });

  test('POST /auth/register needs an e-mail, even with a username', async () => {
    const { status, body } = await app.post('auth/register', {
      username: 'jane.doe',
      password: PASSWORD,
    });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toEqual([{ pointer: '/email', code: 'required', detail: 'is required' }]);
  });

  test('ignores an invalid access token', async () => {
    const email = newAddress();
    await register(email);
    const send = { token: 'expired' };
    expect((await app.post('auth/activation/resend', { email }, send)).status).toBe(202);
    const code = await eventually(() => {
      const [, second] = mail.sentTo(email);
      return second && codeIn(second.text);
    }, 'a second code');
    const answer = await app.post('auth/activation', { email, code }, send);
    expect([answer.status, answer.body.status]).toEqual([200, 'active']);
  });

  test('accepts a code once, with the address in any case', async () => {
    const email = newAddress();
    const { code } = await register(email);
    const first = await app.post('auth/activation', { email: email.toUpperCase(), code });
    expect(first.status, first.text).toBe(200);
    const second = await app.post('auth/activation', { email, code });
    expect([second.status, second.body.code]).toEqual([400, 'invalid_code']);
  });

  test('voids the code after five wrong ones, even if they arrive concurrently', async () => {
    const email = newAddress();
    const { code } = await register(email);
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => app.post('auth/activation', { email, code: wrong(code) })),
    );
    expect(guesses.map(({ body }) => body.code)).toEqual(Array(12).fill('invalid_code'));
    const right = await app.post('auth/activation', { email, code });
    expect(right.body.code).toBe('invalid_code');
    const rows = await app.query('SELECT attempts_left FROM one_time_codes WHERE target = $1', [
      email.toLowerCase(),
    ]);
    expect(rows).toEqual([{ attempts_left: 0 }]);
  });

  test('keeps the codes of other addresses after wrong codes', async () => {
    const [email, other] = [newAddress(), newAddress()];
    const { code } = await register(email);
    const { code: otherCode } = await register(other);
    for (let guess = 0; guess < 5; guess += 1) {
      await app.post('auth/activation', { email: other, code: wrong(otherCode) });
    }
    const right = await app.post('auth/activation', { email, code });
    expect(right.status, right.text).toBe(200);
  });

  test('activates once for ten concurrent requests with the right code', async () => {
    const email = newAddress();
    const { id, code } = await register(email);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.post('auth/activation', { email, code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const events = await app.query(
      `SELECT FROM audit_events WHERE action = 'activated' AND subject_id = $1`,
      [id],
    );
    expect(events).toHaveLength(1);
  });

  test('answers 400 for an expired code', async () => {
    const email = newAddress();
    const { id, code } = await register(email);
    await app.query(`UPDATE one_time_codes SET expires_at = now() WHERE user_id = $1`, [id]);
    expect((await app.post('auth/activation', { email, code })).body.code).toBe('invalid_code');
  });

  test('answers 400 for a code with another purpose', async () => {
    const email = newAddress();
    const { id, code } = await register(email);
    await app.query(`UPDATE one_time_codes SET purpose = 'password_reset' WHERE user_id = $1`, [
      id,
    ]);
    expect((await app.post('auth/activation', { email, code })).body.code).toBe('invalid_code');
  });

  test('POST /auth/activation/resend voids the previous code, with the same answer for unknown addresses', async () => {
    const email = newAddress();
    const { code } = await register(email);
    const known = await app.post('auth/activation/resend', { email });
    const unknown = await app.post('auth/activation/resend', { email: 'nobody@example.com' });
    expect([known.status, known.text]).toEqual([202, '']);
    expect([unknown.status, unknown.text]).toEqual([202, '']);
    const newCode = codeIn((await mail.newest(email, 2)).text);
    const [row] = await app.query<{ target: string; attempts_left: number }>(
      'SELECT target, attempts_left FROM one_time_codes WHERE target = $1',
      [email.toLowerCase()],
    );
    expect(row).toEqual({ target: email.toLowerCase(), attempts_left: 5 });
    const stale = code === newCode ? wrong(code) : code; // one in a million is the same again
    expect((await app.post('auth/activation', { email, code: stale })).status).toBe(400);
    expect((await app.post('auth/activation', { email, code: newCode })).status).toBe(200);
    expect(mail.sentTo('nobody@example.com')).toEqual([]);
  });

  test('answers 400 for a disabled account', async () => {
    const email = newAddress();
    const { id, code } = await register(email);
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [id]);
    expect((await app.post('auth/activation', { email, code })).body.code).toBe('invalid_code');
  });
});

describe('POST /auth/activation for a new e-mail of an account', () => {
  test('replaces the old e-mail, which logs in until then and gets a notice', async () => {
    const [old, next] = [newAddress(), newAddress()];
    const { token } = await activated(old);
    const change = await app.patch(
      'users/me',
      { email: next, current_password: PASSWORD },
      { token },
    );
    expect([change.status, change.body.email]).toEqual([200, old]);
    const code = codeIn((await mail.newest(next)).text);
    const notice = await mail.newest(old, 2);
    expect(notice.subject).toBe('Change of your e-mail address');
    expect(notice.text).not.toContain(code);
    expect(notice.text.toLowerCase()).not.toContain(next.toLowerCase());

    expect((await app.post('auth/login', { email: next, password: PASSWORD })).status).toBe(401);
    expect((await app.post('auth/login', { email: old, password: PASSWORD })).status).toBe(200);
    const activation = await app.post('auth/activation', { email: next, code }, { token });
    expect([activation.status, activation.body.email]).toEqual([200, next]);
    expect((await app.post('auth/login', { email: next, password: PASSWORD })).status).toBe(200);
    expect((await app.post('auth/login', { email: old, password: PASSWORD })).status).toBe(401);
  });

  test('PATCH /users/me needs the current password and an e-mail that is free', async () => {
    const { token } = await activated(newAddress());
    const taken = newAddress();
    await register(taken);
    const without = await app.patch('users/me', { email: newAddress() }, { token });
    expect([without.status, without.body.code]).toEqual([403, 'password_incorrect']);
    const occupied = await app.patch(
      'users/me',
      { email: taken.toUpperCase(), current_password: PASSWORD },
      { token },
    );
    expect([occupied.status, occupied.body.code]).toEqual([409, 'email_taken']);
  });

  test('PATCH /users/me keeps the e-mail set aside when it is sent again with another change', async () => {
    const [old, email] = [newAddress(), newAddress()];
    const { id, token } = await activated(old);
    await app.query(`UPDATE users SET mobile = '+4915123450000' WHERE id = $1`, [id]);
    const change = { email, current_password: PASSWORD };
    await app.patch('users/me', change, { token });
    const { status, body } = await app.patch('users/me', { ...change, mobile: null }, { token });
    expect([status, body.email, body.mobile, body.pending_email]).toEqual([200, old, null, email]);
  });

  test('accepts the code of an e-mail that an admin sends again', async () => {
    const email = newAddress();
    const { id, token } = await activated(newAddress());
    await app.patch('users/me', { email, current_password: PASSWORD }, { token });
    await mail.newest(email);
    const admin = await app.account('admin');
    expect((await app.patch(`users/${id}`, { email }, admin)).body.pending_email).toBe(email);
    const code = codeIn((await mail.newest(email, 2)).text);
    const activation = await app.post('auth/activation', { email, code }, { token });
    expect([activation.status, activation.body.email]).toEqual([200, email]);
  });

  test('audits a wrong code with the account as the subject', async () => {
    const email = newAddress();
    const { id, token } = await activated(newAddress());
    await app.patch('users/me', { email, current_password: PASSWORD }, { token });
    const code = wrong(codeIn((await mail.newest(email)).text));
    expect((await app.post('auth/activation', { email, code }, { token })).status).toBe(400);
    const filter = `subject_id=${id}&action=activation_failed`;
    const events = await app.get(`audit-events?${filter}`, await app.account('admin'));
    expect(events.body.data).toMatchObject([{ outcome: 'failure', actor_id: id }]);
  });

  test('answers 409 if another account has taken the e-mail since', async () => {
    const [next, other] = [newAddress(), newAddress()];
    const { token } = await activated(newAddress());
    await app.patch('users/me', { email: next, current_password: PASSWORD }, { token });
    const code = codeIn((await mail.newest(next)).text);
    const { id } = await activated(other);
    await app.query('UPDATE users SET email = $2 WHERE id = $1', [id, next]);
    const activation = await app.post('auth/activation', { email: next, code }, { token });
    expect([activation.status, activation.body.code]).toEqual([409, 'email_taken']);
  });
});

describe('POST /auth/activation with ACCOUNT_ACTIVATION=mobile', () => {
  test('accepts the code that was sent to the number as POST {to, text}', async () => {
    const registered = await mobileApp.post('auth/register', {
      username: 'john',
      mobile: '+49 (151) 234-567',
      password: PASSWORD,
    });
    expect(registered.status, registered.text).toBe(201);
    const request = await eventually(() => sms.requests[0], 'text message');
    const authorization = `Basic ${Buffer.from('gateway:s&cret').toString('base64')}`;
    expect(request).toMatchObject({ method: 'POST', path: '/send', headers: { authorization } });
    const { to, text, ...rest } = JSON.parse(request.body.toString()) as Record<string, string>;
    expect([to, rest]).toEqual(['+49151234567', {}]);
    const activation = await mobileApp.post('auth/activation', {
      mobile: '+49 151 234567',
      code: codeIn(text ?? ''),
    });
    expect([activation.status, activation.body.status]).toEqual([200, 'active']);
  });

  test('PATCH /users/me answers 503 for a new e-mail if no mail can be sent', async () => {
    const noMail = await startSecondInstance(mobileApp, { MAIL_URL: 'none' });
    const { token } = await noMail.account();
    const body = { email: newAddress(), current_password: PASSWORD };
    const answer = await noMail.patch('users/me', body, { token });
    const stored = await noMail.get('users/me', { token });
    await noMail.close();
    expect([answer.status, answer.body.code]).toEqual([503, 'messages_unavailable']);
    expect(stored.body.pending_email).toBeUndefined();
  });
});
