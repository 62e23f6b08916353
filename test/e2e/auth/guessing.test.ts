import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { countHashes, noteWrites, takeWrites } from '../../support/writes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    RATE_LIMIT: 'on',
    RATE_LIMIT_LOGIN: '100000/1m',
    RATE_LIMIT_REGISTER: '100000/1m',
    RATE_LIMIT_FORGOT: '100000/1m',
    RATE_LIMIT_FORGOT_IP: '100000/1m',
    RATE_LIMIT_RESET: '100000/1m',
    TRUST_PROXY: '1',
    MESSAGES_DIR: '/nonexistent/never-written', // no message is to leave while writes are counted
  });
});
afterAll(() => app.close());

const HOME = '192.0.2.1';
const ELSEWHERE = '198.51.100.7';

let serial = 0;
async function newUser(): Promise<{ id: string; username: string; email: string }> {
  const username = `user-${(serial += 1)}`;
  const email = `${username}@example.com`;
  const { body } = await app.post('auth/register', { username, email, password: PASSWORD });
  return { id: body.id, username, email };
}

interface Tried {
  status: number;
  retryAfter: string | null;
}

async function logIn(
  name: Record<string, string>,
  password = 'wrong',
  address = ELSEWHERE,
): Promise<Tried> {
  const headers = { 'x-forwarded-for': address };
  const answer = await app.post('auth/login', { ...name, password }, { headers });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
}

/** As if all waits had been waited. */
async function passTime(): Promise<void> {
  await app.query('UPDATE login_attempts SET next_at = now()');
}

async function failures(name: Record<string, string>, count: number): Promise<void> {
  for (let failure = 0; failure < count; failure += 1) {
    await passTime();
    expect((await logIn(name)).status).toBe(401);
  }
}

describe('POST /auth/login: the growing wait', () => {
  test('doubles from the fifth failure on, from a second to 15 minutes, for any name', async () => {
    const { username } = await newUser();
    for (const name of [{ username }, { username: 'nobody' }]) {
      await failures(name, 4);
      const waits = [];
      for (let failure = 5; failure <= 16; failure += 1) {
        await failures(name, 1);
        const [row] = await app.query<{ seconds: number }>(
          `SELECT extract(epoch FROM next_at - updated_at)::integer AS seconds
           FROM login_attempts ORDER BY updated_at DESC LIMIT 1`,
        );
        waits.push(row?.seconds);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
      const { status, retryAfter } = await logIn(name);
      expect([status, Math.ceil(Number(retryAfter) / 100)]).toEqual([429, 9]);
    }
  });

  test.each([10, 100])('of %i failures before the registration ends with it', async (count) => {
    const username = `later-${count}`;
    await failures({ username }, count);
    expect((await logIn({ username })).status).toBe(429);
    await app.post('auth/register', { username, password: PASSWORD });
    expect((await logIn({ username }, PASSWORD)).status).toBe(200);
    await failures({ username }, 6);
    expect((await logIn({ username }, PASSWORD)).status).toBe(429);
  });

  test('holds for the right password too, and in any spelling of the name', async () => {
    const { username, email } = await newUser();
    await failures({ username }, 10);
    expect((await logIn({ username: username.toUpperCase() }, PASSWORD)).status).toBe(429);
    expect((await logIn({ email }, PASSWORD)).status).toBe(200); // each name has its own count
  });

  test('ends with a log-in', async () => {
    const { username } = await newUser();
    await failures({ username }, 10);
    await passTime();
    expect((await logIn({ username }, PASSWORD)).status).toBe(200);
    expect((await logIn({ username })).status).toBe(401);
    expect((await logIn({ username })).status).toBe(401);
  });

  test('lets one guess through of thirty at once', async () => {
    const name = { username: 'somebody' };
    await failures(name, 9); // the next one begins a wait of 32 s
    await passTime();
    const before = await countHashes(app, 'verify');
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(name)));
    const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
    expect(statuses).toEqual([401, ...Array<number>(29).fill(429)]);
    expect((await countHashes(app, 'verify')) - before).toBe(1);
  });
});

describe('POST /auth/login from an address that has logged in lately', () => {
  test('has a count of its own, which strangers cannot use up', async () => {
    const { username } = await newUser();
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);
    await failures({ username }, 10);
    expect((await logIn({ username }, PASSWORD, ELSEWHERE)).status).toBe(429);
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);
  });

  test('is a stranger again after 30 days', async () => {
    const { id, username } = await newUser();
    await logIn({ username }, PASSWORD, HOME);
    await failures({ username }, 10);
    await app.query(
      `UPDATE known_addresses SET last_login_at = now() - interval '31 days' WHERE user_id = $1`,
      [id],
    );
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(429);
  });

  test('is stored as a hash, and so is the name', async () => {
    const { id, username } = await newUser();
    await logIn({ username }, PASSWORD, HOME);
    await logIn({ username }, 'wrong', HOME);
    const [known] = await app.query<{ address_hash: Buffer }>(
      'SELECT address_hash FROM known_addresses WHERE user_id = $1',
      [id],
    );
    expect(known?.address_hash).toHaveLength(32);
    const attempts = await app.query<{ identifier_hash: Buffer }>(
      'SELECT identifier_hash FROM login_attempts WHERE address_hash = $1',
      [known?.address_hash],
    );
    expect(attempts.map(({ identifier_hash: hash }) => hash.length)).toEqual([32]);
  });
});

describe('POST /auth/login after a hundred failures in a row', () => {
  test('strangers are out until a reset; a known address is not', async () => {
    const { id, username } = await newUser();
    await logIn({ username }, PASSWORD, HOME);
    await failures({ username }, 1);
    await app.query('UPDATE login_attempts SET failures = 98 WHERE failures = 1');
    await failures({ username }, 2);
    await passTime();
    expect(await logIn({ username }, PASSWORD)).toEqual({ status: 429, retryAfter: '900' });
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);

    const token = 'a token that the test knows, hashed below';
    await app.query(
      `INSERT INTO one_time_codes (user_id, purpose, secret_hash, attempts_left, expires_at)
       VALUES ($1, 'password_reset', sha256($2::text::bytea), 1, now() + interval '1 h')`,
      [id, token],
    );
    const reset = await app.post('auth/password/reset', { token, new_password: 'a new long one' });
    expect(reset.status, reset.text).toBe(204);
    expect((await logIn({ username }, 'a new long one')).status).toBe(200);
  });
});

describe('POST /auth/login does not show which accounts exist', () => {
  let known: { username: string; email: string };
  let names: Record<string, { username: string; email: string }>;
  beforeAll(async () => {
    const [active, pending, disabled, passwordless] = [
      await newUser(),
      await newUser(),
      await newUser(),
      await newUser(),
    ];
    await app.query(`UPDATE users SET status = 'pending' WHERE id = $1`, [pending.id]);
    await app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [disabled.id]);
    await app.query(`UPDATE users SET password_hash = NULL WHERE id = $1`, [passwordless.id]);
    known = active;
    const unknown = { username: 'not-there', email: 'not-there@example.com' };
    names = { unknown, active, pending, disabled, passwordless };
    await eventually(
      async () => (await app.query('SELECT FROM outbox')).length === 0,
      'an empty outbox: what earlier tests sent is no write of these',
    );
    await noteWrites(app);
  });

  /** What a client sees of an answer, but for what is new in every one. */
  async function seen(request: () => ReturnType<TestApp['post']>) {
    const hashes = await countHashes(app, 'verify');
    await takeWrites(app);
    const { status, body, text, headers } = await request();
    const writes = await takeWrites(app);
    const verifications = (await countHashes(app, 'verify')) - hashes;
    const visible = body ? { ...body, request_id: '' } : text;
    return { status, visible, headers: [...headers.keys()], writes, verifications };
  }

  test('log-in: same answer, one verification, same writes', async () => {
    const answers = [];
    for (const { username } of Object.values(names)) {
      answers.push(await seen(() => app.post('auth/login', { username, password: 'wrong' })));
    }
    expect(answers[0]).toMatchObject({
      status: 401,
      verifications: 1,
      writes: ['INSERT audit_events', 'INSERT login_attempts'],
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test.each([
    ['auth/password/forgot', ['INSERT audit_events', 'INSERT outbox']],
    ['auth/activation/resend', ['INSERT outbox']],
  ])('%s: same answer, same writes', async (path, writes) => {
    await holdMessages();
    const answers = [];
    for (const { email } of Object.values(names)) {
      answers.push(await seen(() => app.post(path, { email })));
    }
    expect(answers[0]).toMatchObject({ status: 202, visible: '', verifications: 0, writes });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('activation: a wrong code and an unknown address are the same', async () => {
    const answers = [];
    for (const { email } of Object.values(names)) {
      answers.push(await seen(() => app.post('auth/activation', { email, code: '123456' })));
    }
    expect(answers[0]).toMatchObject({ status: 400, visible: { code: 'invalid_code' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('a rate limit is the same for known and unknown accounts', async () => {
    for (const username of [known.username, 'not-there-either']) {
      await failures({ username }, 5);
    }
    await app.query(`UPDATE login_attempts SET next_at = now() + interval '1 h'`);
    const one = await seen(() => post(known.username));
    const other = await seen(() => post('not-there-either'));
    expect(one).toEqual(other);
    expect(one).toMatchObject({ status: 429, verifications: 0, writes: [] });
  });

  function post(username: string) {
    const headers = { 'x-forwarded-for': ELSEWHERE };
    return app.post('auth/login', { username, password: 'wrong' }, { headers });
  }

  /** The outbox stays as it is while it is looked at: what is put in is not due for an hour. */
  async function holdMessages(): Promise<void> {
    await app.query(`ALTER TABLE outbox ALTER due_at SET DEFAULT now() + interval '1 h'`);
    await app.query('UPDATE outbox SET due_at = DEFAULT');
  }
});
