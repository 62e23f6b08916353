import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../../support/app.ts';
import type { Answer } from '../../../support/client.ts';
import { CODE, Inbox, TOKEN } from '../../../support/inbox.ts';
import { whileRowIsLocked } from '../../../support/lock.ts';
import { expectProblem } from '../../../support/problem.ts';

const NEW_PASSWORD = 'six crows over the harbour';
const inbox = new Inbox();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    ...(await inbox.start()),
    ACCOUNT_ACTIVATION: 'email',
    RATE_LIMIT: 'on',
    RATE_LIMIT_LOGIN: '100000/1m',
    RATE_LIMIT_REGISTER: '100000/1m',
    RATE_LIMIT_FORGOT: '3/1h',
    RATE_LIMIT_FORGOT_IP: '100000/1m',
    RATE_LIMIT_RESET: '100000/1m',
    RATE_LIMIT_PASSWORD: '5/15m',
    REDIS_URL: '', // the process itself counts, so no late command to Redis changes the result
  });
});
afterAll(async () => {
  await app.close();
  await inbox.stop();
});

let serial = 0;
async function newOwner() {
  const account = await app.account();
  const email = `counted.${(serial += 1)}@example.com`;
  await app.query('UPDATE users SET email = $2 WHERE id = $1', [account.id, email]);
  return { ...account, email };
}

async function registered() {
  const email = `counted.${(serial += 1)}@example.com`;
  const { body } = await app.post('auth/register', { email, password: PASSWORD });
  return { id: String(body.id), email, code: await inbox.secretTo(email, CODE) };
}

describe('the rate limits of messages to one address', () => {
  it('are separate for each kind, so that other messages never prevent a reset', async () => {
    const { email, token } = await newOwner();
    for (let count = 0; count < 3; count += 1) {
      expect((await app.post('auth/activation/resend', { email })).status).toBe(202);
    }
    expect((await app.post('auth/activation/resend', { email })).status).toBe(429);
    const change = { email: `x.${email}`, current_password: PASSWORD };
    expect((await app.patch('users/me', change, { token })).status).toBe(200);
    expect((await app.post('auth/password/forgot', { email })).status).toBe(202);
    await inbox.secretTo(email, TOKEN);
  });

  it('also count per client, for password resets and address changes', async () => {
    const strict = await startSecondInstance(app, { RATE_LIMIT_FORGOT_IP: '3/1h' });
    try {
      const { id, email, token } = await newOwner();
      const change = (place: number, by: string, of = 'me') => {
        const body = { email: `${place}.${email}`, current_password: PASSWORD };
        return strict.patch(`users/${of}`, body, { token: by });
      };
      expect((await change(1, token)).status).toBe(200);
      expect((await strict.post('auth/password/forgot', { email })).status).toBe(202);
      expect((await change(2, token)).status).toBe(200);
      const refused = await change(3, token);
      expectProblem(refused, 429, 'rate_limited');
      expect(refused.headers.get('ratelimit-policy')).toBe('"forgot_ip";q=3;w=3600');
      const { body } = await strict.get('users/me', { token });
      expect(body.pending_email).toBe(`2.${email}`);
      const { token: admin } = await app.account('admin');
      expect((await change(4, admin, id)).status).toBe(200);
    } finally {
      await strict.close();
    }
  });

  it('count the address in any case', async () => {
    const { email } = await newOwner();
    const spellings = [email, email.toUpperCase(), email.replace('c', 'C')];
    for (const spelling of spellings) await app.post('auth/password/forgot', { email: spelling });
    expect((await app.post('auth/password/forgot', { email })).status).toBe(429);
  });

  it('do not count a change that is refused because the address is taken', async () => {
    const [owner, other] = [await newOwner(), await newOwner()];
    const body = { email: other.email, current_password: PASSWORD };
    for (let count = 0; count < 4; count += 1) {
      const { status } = await app.patch('users/me', body, { token: owner.token });
      expect(status).toBe(409);
    }
    expect((await app.post('auth/password/forgot', { email: other.email })).status).toBe(202);
  });

  it('do not count a change that is refused for another field', async () => {
    const [owner, other] = [await newOwner(), await newOwner()];
    const email = `free.${owner.email}`;
    const body = { email, username: other.username, current_password: PASSWORD };
    for (let count = 0; count < 4; count += 1) {
      const answer = await app.patch('users/me', body, { token: owner.token });
      expect(answer.body.code).toBe('username_taken');
    }
    const free = { email, current_password: PASSWORD };
    const answer = await app.patch('users/me', free, { token: owner.token });
    expect([answer.status, answer.body.pending_email]).toEqual([200, email]);
    await inbox.secretTo(email, CODE);
  });
});

it('PATCH /users/me counts no code for one address while the code for the other is refused', async () => {
  const { email: own, token } = await newOwner();
  const [email, mobile] = [`both.${own}`, `+4915300${100_000 + serial}`];
  const change = (addresses: object) =>
    app.patch('users/me', { ...addresses, current_password: PASSWORD }, { token });
  for (let count = 0; count < 3; count += 1) expect((await change({ mobile })).status).toBe(200);
  for (let count = 0; count < 4; count += 1) {
    expect((await change({ email, mobile })).status).toBe(429);
  }
  expect((await change({ email })).status).toBe(200);
});

describe('PUT /users/me/password', () => {
  const change = (token: string, old_password: string, new_password = NEW_PASSWORD) =>
    app.put('users/me/password', { old_password, new_password }, { token });

  it('does not count new passwords that are refused', async () => {
    const { token } = await newOwner();
    for (const refused of ['short', 'Password1', 'x'.repeat(129), '        ', 'qwertyuiop', 'a']) {
      expect((await change(token, PASSWORD, refused)).status).toBe(400);
    }
    expect((await change(token, PASSWORD)).status).toBe(204);
  });

  it('resets the count of wrong passwords at a password reset', async () => {
    const { username, email, token } = await newOwner();
    for (let guess = 0; guess < 5; guess += 1) await change(token, 'wrong');
    expect((await change(token, PASSWORD)).status).toBe(429);
    await app.post('auth/password/forgot', { email });
    const reset = { token: await inbox.secretTo(email, TOKEN), new_password: NEW_PASSWORD };
    expect((await app.post('auth/password/reset', reset)).status).toBe(204);
    const session = await app.logIn(username, NEW_PASSWORD);
    expect((await change(session.token, NEW_PASSWORD, PASSWORD)).status).toBe(204);
  });

  it.each([
    ['PUT /users/me/password', (token: string) => change(token, 'wrong')],
    [
      'PATCH /users/me',
      (token: string) =>
        app.patch('users/me', { username: `n${serial}.x`, current_password: 'wrong' }, { token }),
    ],
    [
      'DELETE /users/me',
      (token: string) => app.delete('users/me', { token, body: { current_password: 'wrong' } }),
    ],
  ])('shares a limit of five wrong current passwords with %s', async (_, guess) => {
    const { id, token } = await newOwner();
    for (let count = 0; count < 5; count += 1) expect((await guess(token)).status).toBe(403);
    const sixth = await guess(token);
    expect([sixth.status, sixth.body.code]).toEqual([429, 'rate_limited']);
    expect((await change(token, PASSWORD)).status).toBe(429);
    const events = await app.query(
      `SELECT FROM audit_events WHERE action = 'password_check_failed' AND subject_id = $1`,
      [id],
    );
    expect(events).toHaveLength(5);
  });
});

describe('PUT /users/me/password while another request changes the password', () => {
  it('answers 403 and does not count, because the password was right', async () => {
    const { id, token } = await newOwner();
    const { id: changed, token: theirs } = await newOwner();
    const body = { old_password: PASSWORD, new_password: NEW_PASSWORD };
    await app.put('users/me/password', body, { token: theirs });
    const setHashOf = `UPDATE users SET password_hash =
      (SELECT password_hash FROM users WHERE id = '${changed}') WHERE id = $1`;
    const [before] = await app.query('SELECT password_hash FROM users WHERE id = $1', [id]);
    for (let count = 0; count < 6; count += 1) {
      const values = [id, before?.password_hash];
      await app.query('UPDATE users SET password_hash = $2 WHERE id = $1', values);
      const send = () => app.put('users/me/password', body, { token });
      const answer = await whileRowIsLocked(app, 'users', id, send, setHashOf);
      expectProblem(answer, 403, 'password_incorrect');
    }
    const back = { old_password: NEW_PASSWORD, new_password: PASSWORD };
    expect((await app.put('users/me/password', back, { token })).status).toBe(204);
  });
});

describe('DELETE /users/me', () => {
  it('counts none of eight concurrent requests with the right password', async () => {
    const { token } = await newOwner();
    const send = { token, body: { current_password: PASSWORD }, headers: { 'if-match': '"0"' } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => app.delete('users/me', send)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(412));
  });
});

describe('POST /auth/activation', () => {
  const spell = (code: string) => [
    `${code.slice(0, 3)} ${code.slice(3)}`,
    ` ${code.slice(0, 3)}-${code.slice(3)}\t`,
    code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    code.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
    code.split('').join('\u200b'),
    `${code.slice(0, 3)}\u2212${code.slice(3)}`,
    `${code.slice(0, 3)}\u30fc${code.slice(3)}`,
  ];

  it.each([0, 1, 2, 3, 4, 5, 6])('accepts a code as people type it, spelling %i', async (at) => {
    const { email, code } = await registered();
    const answer = await app.post('auth/activation', { email, code: spell(code)[at] });
    expect(answer.status, answer.text).toBe(200);
  });

  it('does not count a text that cannot be a code', async () => {
    const { email, code } = await registered();
    for (const text of ['abcdef', '12345', '1234567', `${code}0`, '------', 'code']) {
      const answer = await app.post('auth/activation', { email, code: text });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_code']);
    }
    expect((await app.post('auth/activation', { email, code })).status).toBe(200);
  });

  it('does not count attempts at the code of a new address without its access token', async () => {
    const { email, token } = await newOwner();
    const next = `next.${email}`;
    await app.patch('users/me', { email: next, current_password: PASSWORD }, { token });
    const code = await inbox.secretTo(next, CODE);
    for (let count = 0; count < 6; count += 1) {
      await app.post('auth/activation', { email: next, code: '000000' });
    }
    const answer = await app.post('auth/activation', { email: next, code }, { token });
    expect(answer.status).toBe(200);
  });
});

describe('POST /auth/login', () => {
  it('answers 200 to eight concurrent log-ins with the right password', async () => {
    const { username } = await newOwner();
    const body = { username, password: PASSWORD };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => app.post('auth/login', body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  it('answers 429 during a wait, with the rest of the wait in Retry-After', async () => {
    const username = 'nobody.here';
    for (let count = 0; count < 7; count += 1) {
      await app.post('auth/login', { username, password: 'wrong' });
      await app.query('UPDATE login_attempts SET next_at = now()');
    }
    await app.query(`UPDATE login_attempts SET next_at = now() + interval '40 s'`);
    const answer = await app.post('auth/login', { username, password: 'wrong' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(20);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(40);
  });
});

describe('a thief with a stolen access token, who uses up the writes and reads of the account', () => {
  const LIMIT = 3;
  let limited: TestApp;
  beforeAll(async () => {
    const [RATE_LIMIT_READ, RATE_LIMIT_WRITE] = Array(2).fill(`${LIMIT}/1h`) as [string, string];
    limited = await startSecondInstance(app, {
      RATE_LIMIT_READ,
      RATE_LIMIT_WRITE,
      TRUST_PROXY: '1',
    });
  });
  afterAll(() => limited.close());

  it.each<[string, (tokens: { token: string; refreshToken: string }) => Promise<Answer>]>([
    ['POST /auth/logout', ({ token }) => limited.post('auth/logout', undefined, { token })],
    [
      'POST /auth/logout with the refresh token',
      ({ refreshToken }) => limited.post('auth/logout', { refresh_token: refreshToken }),
    ],
    ['DELETE /users/me/sessions', ({ token }) => limited.delete('users/me/sessions', { token })],
    [
      'GET and DELETE /auth/sessions',
      async ({ token }) => {
        const { body } = await limited.get('auth/sessions', { token });
        const theirs = body.data.find(({ current }: { current: boolean }) => !current);
        return limited.delete(`auth/sessions/${theirs.id}`, { token });
      },
    ],
  ])('does not prevent %s of the owner', async (_, act) => {
    const owner = await app.account();
    const { token } = await app.logIn(owner.username);
    const statuses: string[] = [];
    for (let count = 0; count <= LIMIT; count += 1) {
      const write = await limited.patch('users/me', { name: `Jane ${count}` }, { token });
      statuses.push(`${write.status} ${(await limited.get('users/me', { token })).status}`);
    }
    expect(statuses).toEqual(['200 200', '200 200', '200 200', '429 429']);
    expect((await act(owner)).status).toBe(204);
  });

  it('does not prevent a log-out by log-outs with a token of the same session', async () => {
    const { token } = await app.account();
    const logOut = (address: string) => {
      const send = { token, headers: { 'x-forwarded-for': address } };
      return limited.post('auth/logout?scope=others', undefined, send);
    };
    const statuses: number[] = [];
    for (let count = 0; count <= LIMIT; count += 1) {
      statuses.push((await logOut('203.0.113.66')).status);
    }
    expect(statuses).toEqual([204, 204, 204, 429]);
    expect((await logOut('192.0.2.1')).status).toBe(204);
  });
});
