import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { buildServer } from '../../support/build.ts';
import { ACCESS_SECRET, REFRESH_SECRET } from '../../support/config.ts';
import { eventually } from '../../support/eventually.ts';
import { MailSink, tokenIn } from '../../support/mail-sink.ts';
import { patience } from '../../support/patience.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const mail = new MailSink();
let app: TestApp;
beforeAll(async () => {
  await mail.start();
  app = await startApp({ MAIL_URL: mail.url, PUBLIC_URL: 'https://app.example.com/base/' });
});
afterAll(async () => {
  await app.close();
  await mail.stop();
});

let count = 0;
async function newUser(): Promise<{ id: string; email: string; token: string }> {
  count += 1;
  const email = `user.${count}@example.com`;
  const { body } = await app.post('auth/register', { email, password: PASSWORD });
  const login = await app.post('auth/login', { email, password: PASSWORD });
  return { id: body.id, email, token: login.body.access_token };
}

async function requestToken(email: string, mails = 1): Promise<string> {
  const { status, text } = await app.post('auth/password/forgot', { email });
  expect([status, text]).toEqual([202, '']);
  return tokenIn((await mail.newest(email, mails)).text);
}

function reset(token: string, password = NEW_PASSWORD) {
  return app.post('auth/password/reset', { token, new_password: password });
}

describe('POST /auth/password/forgot and /auth/password/reset', () => {
  test('replace the password with the token of the link, and revoke every session', async () => {
    const { id, email, token: accessToken } = await newUser();
    const token = await requestToken(email);
    expect((await reset(token)).status).toBe(204);

    expect((await app.get('users/me', { token: accessToken })).status).toBe(401);
    expect((await app.post('auth/login', { email, password: PASSWORD })).status).toBe(401);
    expect((await app.post('auth/login', { email, password: NEW_PASSWORD })).status).toBe(200);
    const events = await app.query(
      `SELECT action, outcome, actor_id, ip FROM audit_events
       WHERE subject_id = $1 AND action LIKE 'password%' ORDER BY at`,
      [id],
    );
    expect(events).toEqual([
      { action: 'password_reset_requested', outcome: 'success', actor_id: null, ip: '127.0.0.1' },
      { action: 'password_reset', outcome: 'success', actor_id: id, ip: '127.0.0.1' },
    ]);
  });

  test('send a link that begins with PUBLIC_URL, whatever X-Forwarded-Host is', async () => {
    const { email } = await newUser();
    await app.post('auth/password/forgot', { email }, { headers: { 'x-forwarded-host': 'evil' } });
    const { text, html } = await mail.newest(email);
    expect(text).toMatch(/^https:\/\/app\.example\.com\/base\/reset-password#token=[\w-]{43}$/m);
    expect(html).toContain(`<a href="https://app.example.com/base/reset-password#token=`);
  });

  test('accept a token once in ten concurrent requests', async () => {
    const { email } = await newUser();
    const token = await requestToken(email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)));
    const codes = answers.map(({ status, body }) => String(body?.code ?? status)).sort();
    expect(codes).toEqual(['204', ...Array<string>(9).fill('invalid_reset_token')]);
  });

  test('refuse a token that a newer one replaced, and an expired one', async () => {
    const { id, email } = await newUser();
    const first = await requestToken(email);
    const second = await requestToken(email, 2);
    expect((await reset(first)).body.code).toBe('invalid_reset_token');
    await app.query('UPDATE one_time_codes SET expires_at = now() WHERE user_id = $1', [id]);
    const expired = await reset(second);
    expect([expired.status, expired.body.code]).toEqual([400, 'invalid_reset_token']);
  });

  test('refuse a code with another purpose', async () => {
    const { id, email } = await newUser();
    const token = await requestToken(email);
    await app.query(`UPDATE one_time_codes SET purpose = 'activation' WHERE user_id = $1`, [id]);
    expect((await reset(token)).body.code).toBe('invalid_reset_token');
  });

  test('refuse a token whose address belongs to another account now', async () => {
    const { id, email } = await newUser();
    const token = await requestToken(email);
    const other = await newUser();
    await app.query('UPDATE users SET email = NULL WHERE id = $1', [id]);
    await app.query('UPDATE users SET email = $2 WHERE id = $1', [other.id, email]);
    expect((await reset(token)).body.code).toBe('invalid_reset_token');
  });

  test('keep the token valid if the new password is refused', async () => {
    const { email } = await newUser();
    const token = await requestToken(email);
    const refused = await reset(token, 'Password1');
    expect(refused.body.errors).toEqual([
      {
        pointer: '/new_password',
        code: 'common_password',
        detail: 'must not be one of the most common passwords',
      },
    ]);
    expect((await reset(token)).status).toBe(204);
  });

  test('store only the hash of a token', async () => {
    const { id, email } = await newUser();
    const token = await requestToken(email);
    const rows = await app.query<{ secret_hash: Buffer }>(
      'SELECT * FROM one_time_codes WHERE user_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows[0]?.secret_hash).toHaveLength(32);
  });

  test('answer 202 for unknown, disabled and deleted accounts, but send nothing', async () => {
    const [disabled, deleted] = [await newUser(), await newUser()];
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    await app.delete('users/me', { token: deleted.token });
    for (const email of ['nobody@example.com', disabled.email, deleted.email]) {
      const { status, text } = await app.post('auth/password/forgot', { email });
      expect([status, text]).toEqual([202, '']);
    }
    await eventually(async () => {
      const rows = await app.query('SELECT FROM outbox');
      return rows.length === 0;
    }, 'an empty outbox');
    const subjectsTo = (email: string) => mail.sentTo(email).map(({ subject }) => subject);
    expect(subjectsTo('nobody@example.com')).toEqual([]);
    expect(subjectsTo(disabled.email)).toEqual([]);
    expect(subjectsTo(deleted.email)).toEqual(['Your account was deleted']);
  });

  test('send the message to the address as it is stored, not as it was typed', async () => {
    const { email } = await newUser();
    await app.post('auth/password/forgot', { email: email.toUpperCase() });
    expect((await mail.newest(email)).to).toBe(email);
  });

  test.each([
    [{}, 'one_of'],
    [{ email: 'a@example.com', mobile: '+49151234567' }, 'one_of'],
    [{ email: 'no address' }, 'format'],
  ])('answer 400 for %j with the code %s', async (body, code) => {
    const { status, body: problem } = await app.post('auth/password/forgot', body);
    expect([status, problem.errors[0].code]).toEqual([400, code]);
  });
});

describe('DELETE /users/me/sessions', () => {
  test('keeps a reset link valid, so that a stolen token cannot void it', async () => {
    const { email, token } = await newUser();
    const link = await requestToken(email);
    expect((await app.delete('users/me/sessions', { token })).status).toBe(204);
    expect((await reset(link)).status).toBe(204);
  });
});

describe('POST /users/{id}/password-reset', () => {
  test('sends a link, which can also set the first password', async () => {
    const admin = await app.account('admin');
    const email = 'invited@example.com';
    const { body: user } = await app.post('users', { email }, { token: admin.token });
    const answer = await app.post(`users/${user.id}/password-reset`, undefined, {
      token: admin.token,
    });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect((await reset(tokenIn((await mail.newest(email)).text))).status).toBe(204);
    expect((await app.post('auth/login', { email, password: NEW_PASSWORD })).status).toBe(200);
  });

  test('answers 403 to a user, and 503 for an account without an address', async () => {
    const [admin, user] = [await app.account('admin'), await app.account('user')];
    const path = `users/${user.id}/password-reset`;
    const own = await app.post(path, undefined, { token: user.token });
    expect([own.status, own.body.code]).toEqual([403, 'forbidden']);
    const unreachable = await app.post(path, undefined, { token: admin.token });
    expect([unreachable.status, unreachable.body.code]).toEqual([503, 'messages_unavailable']);
    expect(unreachable.headers.get('retry-after')).toBeTruthy();
  });

  test('answers 409 for a disabled account until it is active again', async () => {
    const [{ token }, { id, email }] = [await app.account('admin'), await newUser()];
    await app.patch(`users/${id}`, { status: 'disabled' }, { token });
    const refused = await app.post(`users/${id}/password-reset`, undefined, { token });
    expect([refused.status, refused.body.code]).toEqual([409, 'account_disabled']);
    expect(refused.body.detail).toContain('disabled');
    await app.patch(`users/${id}`, { status: 'active' }, { token });
    const sent = await app.post(`users/${id}/password-reset`, undefined, { token });
    expect(sent.status).toBe(202);
    expect((await reset(tokenIn((await mail.newest(email)).text))).status).toBe(204);
  });
});

test('POST /auth/password/forgot with MAIL_URL=none answers 503 for known and unknown addresses', async () => {
  const withoutMail = await startApp({ MAIL_URL: 'none' });
  try {
    await withoutMail.post('auth/register', { email: 'known@example.com', password: PASSWORD });
    for (const email of ['known@example.com', 'unknown@example.com']) {
      const { status, body } = await withoutMail.post('auth/password/forgot', { email });
      expect([status, body.code]).toEqual([503, 'messages_unavailable']);
    }
  } finally {
    await withoutMail.close();
  }
});

describe('npm run users:reset-link', () => {
  let command: string;
  beforeAll(async () => {
    command = join(await buildServer(), 'cli', 'reset-link.js');
  }, patience(180_000));

  const run = (name: string, variables: NodeJS.ProcessEnv = {}) =>
    promisify(execFile)(process.execPath, [command, name], {
      env: {
        ...variables,
        ...app.environment,
        JWT_ACCESS_SECRET: ACCESS_SECRET,
        JWT_REFRESH_SECRET: REFRESH_SECRET,
        PUBLIC_URL: 'https://app.example.com',
      },
    });

  test('voids the link of a mail and an address that is set aside', async () => {
    const { id, email } = await newUser();
    const mailed = await requestToken(email);
    await app.query(
      `UPDATE users SET pending_email = 'next@example.com',
         pending_email_until = now() + interval '1 h' WHERE id = $1`,
      [id],
    );
    const { stdout } = await run(email);
    expect((await reset(mailed)).body.code).toBe('invalid_reset_token');
    const rows = await app.query('SELECT pending_email FROM users WHERE id = $1', [id]);
    expect(rows).toEqual([{ pending_email: null }]);
    expect((await reset(tokenIn(stdout))).status).toBe(204);
  });

  test('prints no link for a disabled account, and voids nothing', async () => {
    const { id, email } = await newUser();
    const mailed = await requestToken(email);
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [id]);
    await expect(run(email)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('The account is disabled'),
    });
    await app.query(`UPDATE users SET status = 'active' WHERE id = $1`, [id]);
    expect((await reset(mailed)).status).toBe(204);
  });

  test('reports that a pending account must still be activated', async () => {
    const { id, email } = await newUser();
    await app.query(`UPDATE users SET status = 'pending' WHERE id = $1`, [id]);
    const { stdout, stderr } = await run(email, { ACCOUNT_ACTIVATION: 'email' });
    expect(tokenIn(stdout)).not.toBe('');
    expect(stderr).toContain('It must still be activated');
    expect((await run(email)).stderr).not.toContain('activated');
  });

  test('prints a link that works once', async () => {
    const { username, id } = await app.account('user');
    const { stdout } = await run(username.toUpperCase());
    const token = tokenIn(stdout);
    expect(stdout).toBe(`https://app.example.com/reset-password#token=${token}\n`);
    expect((await reset(token)).status).toBe(204);
    expect((await app.post('auth/login', { username, password: NEW_PASSWORD })).status).toBe(200);
    expect((await reset(token)).status).toBe(400);
    const events = await app.query<{ details: unknown }>(
      `SELECT details FROM audit_events WHERE subject_id = $1 AND action = 'password_reset_requested'`,
      [id],
    );
    expect(events).toEqual([{ details: { by: 'command' } }]);
    await expect(run('nobody')).rejects.toMatchObject({
      code: 1,
      stderr: 'There is no such user.\n',
    });
  });
});
