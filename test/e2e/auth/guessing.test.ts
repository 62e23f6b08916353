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
    MESSAGES_DIR: '/nonexistent/never-written', // no message may leave while writes are recorded
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

interface LogInResult {
  status: number;
  retryAfter: string | null;
}

async function logIn(
  name: Record<string, string>,
  password = 'wrong',
  address = ELSEWHERE,
): Promise<LogInResult> {
  const headers = { 'x-forwarded-for': address };
  const answer = await app.post('auth/login', { ...name, password }, { headers });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
}

/** Ends all waits. */
async function endWaits(): Promise<void> {
  await app.query('UPDATE login_attempts SET next_at = now()');
}

async function failures(name: Record<string, string>, count: number): Promise<void> {
  for (let failure = 0; failure < count; failure += 1) {
    await endWaits();
    expect((await logIn(name)).status).toBe(401);
  }
}

describe('POST /auth/login: the wait after failures', () => {
  test('doubles from the fifth failure, from 1 second to 15 minutes, also for unknown names', async () => {
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

  test.each([10, 100])(
    'after %i failures is reset by a registration of the name',
    async (count) => {
      const username = `later-${count}`;
      await failures({ username }, count);
      expect((await logIn({ username })).status).toBe(429);
      await app.post('auth/register', { username, password: PASSWORD });
      expect((await logIn({ username }, PASSWORD)).status).toBe(200);
      await failures({ username }, 10);
      expect((await logIn({ username }, PASSWORD)).status).toBe(429);
    },
  );

  test('applies to the right password and to the name in any case', async () => {
    const { username, email } = await newUser();
    await failures({ username }, 10);
    expect((await logIn({ username: username.toUpperCase() }, PASSWORD)).status).toBe(429);
    expect((await logIn({ email }, PASSWORD)).status).toBe(200); // each name has its own count
  });

  test('is reset by a successful log-in', async () => {
    const { username } = await newUser();
    await failures({ username }, 10);
    await endWaits();
    expect((await logIn({ username }, PASSWORD)).status).toBe(200);
    expect((await logIn({ username })).status).toBe(401);
    expect((await logIn({ username })).status).toBe(401);
  });

  test('checks one of thirty concurrent guesses and answers 429 to the others', async () => {
    const name = { username: 'somebody' };
    await failures(name, 9); // the next one begins a wait of 32 s
    await endWaits();
    const before = await countHashes(app, 'verify');
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(name)));
    const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
    expect(statuses).toEqual([401, ...Array<number>(29).fill(429)]);
    expect((await countHashes(app, 'verify')) - before).toBe(1);
  });
});

describe('POST /auth/login from an address of a recent log-in', () => {
  test('counts failures separately, so that other addresses cannot lock the user out', async () => {
    const { username } = await newUser();
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);
    await failures({ username }, 10);
    expect((await logIn({ username }, PASSWORD, ELSEWHERE)).status).toBe(429);
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);
  });

  test('treats the address as unknown after 30 days', async () => {
    const { id, username } = await newUser();
    await logIn({ username }, PASSWORD, HOME);
    await failures({ username }, 10);
    await app.query(
      `UPDATE known_addresses SET last_login_at = now() - interval '31 days' WHERE user_id = $1`,
      [id],
    );
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(429);
  });

  test('stores the address and the name as hashes', async () => {
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

/** Sets the password `a new long one`. */
async function resetPassword(id: string): Promise<void> {
  const token = 'a known token, hashed below';
  await app.query(
    `INSERT INTO one_time_codes (user_id, purpose, secret_hash, attempts_left, expires_at)
     VALUES ($1, 'password_reset', sha256($2::text::bytea), 1, now() + interval '1 h')`,
    [id, token],
  );
  const reset = await app.post('auth/password/reset', { token, new_password: 'a new long one' });
  expect(reset.status, reset.text).toBe(204);
}

describe('POST /auth/login after a hundred failures in a row', () => {
  test('answers 429 to unknown addresses until a password reset, but not to a known one', async () => {
    const { id, username } = await newUser();
    await logIn({ username }, PASSWORD, HOME);
    await failures({ username }, 1);
    await app.query('UPDATE login_attempts SET failures = 98 WHERE failures = 1');
    await failures({ username }, 2);
    await endWaits();
    expect(await logIn({ username }, PASSWORD)).toEqual({ status: 429, retryAfter: '900' });
    expect((await logIn({ username }, PASSWORD, HOME)).status).toBe(200);

    await resetPassword(id);
    expect((await logIn({ username }, 'a new long one')).status).toBe(200);
  });

  test('also counts for a username that looks like a number until a password reset', async () => {
    const login = '2026-300';
    const { id } = await app.storedAccount('user', login);
    await failures({ login }, 1);
    await app.query('UPDATE login_attempts SET failures = 100 WHERE failures = 1');
    await endWaits();
    expect((await logIn({ login }, PASSWORD)).status).toBe(429);
    await resetPassword(id);
    expect((await logIn({ login }, 'a new long one')).status).toBe(200);
  });
});

describe('the public routes of accounts do not reveal which accounts exist', () => {
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
      'an empty outbox: the messages of earlier tests are no writes of these',
    );
    await noteWrites(app);
  });

  /** What a client can observe of a request, without the values that differ in every answer. */
  async function observe(request: () => ReturnType<TestApp['post']>) {
    const hashes = await countHashes(app, 'verify');
    await takeWrites(app);
    const { status, body, text, headers } = await request();
    const writes = await takeWrites(app);
    const verifications = (await countHashes(app, 'verify')) - hashes;
    const visible = body ? { ...body, request_id: '' } : text;
    return { status, visible, headers: [...headers.keys()], writes, verifications };
  }

  test('POST /auth/login: same answer, one verification of a password, same writes', async () => {
    const answers = [];
    for (const { username } of Object.values(names)) {
      answers.push(await observe(() => app.post('auth/login', { username, password: 'wrong' })));
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
  ])('POST /%s: same answer, same writes', async (path, writes) => {
    await holdMessages();
    const answers = [];
    for (const { email } of Object.values(names)) {
      answers.push(await observe(() => app.post(path, { email })));
    }
    expect(answers[0]).toMatchObject({ status: 202, visible: '', verifications: 0, writes });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('POST /auth/activation: same answer for a wrong code and an unknown address', async () => {
    const answers = [];
    for (const { email } of Object.values(names)) {
      answers.push(await observe(() => app.post('auth/activation', { email, code: '123456' })));
    }
    expect(answers[0]).toMatchObject({ status: 400, visible: { code: 'invalid_code' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('POST /auth/login: counts a name that may be a number in the same way whether or not it exists', async () => {
    const statuses = async (name: string): Promise<number[]> => {
      await failures({ login: name }, 1);
      await app.query(
        `UPDATE login_attempts SET next_at = now() + interval '1 min', updated_at = now() - interval '2 s'
         WHERE failures = 1`,
      );
      const sent: Record<string, string>[] = [
        { login: name },
        { username: name },
        { mobile: name },
      ];
      return Promise.all(sent.map(async (names) => (await logIn(names)).status));
    };
    const known = '2026-100';
    const { id } = await app.storedAccount('user', known);
    await app.query(`UPDATE users SET created_at = now() - interval '1 min' WHERE id = $1`, [id]);
    expect(await statuses(known)).toEqual([429, 401, 429]);
    expect(await statuses('2026-200')).toEqual([429, 401, 429]);
  });

  test('POST /auth/login: same 429 for known and unknown accounts', async () => {
    for (const username of [known.username, 'not-there-either']) {
      await failures({ username }, 5);
    }
    await app.query(`UPDATE login_attempts SET next_at = now() + interval '1 h'`);
    const existing = await observe(() => post(known.username));
    const unknown = await observe(() => post('not-there-either'));
    expect(existing).toEqual(unknown);
    expect(existing).toMatchObject({ status: 429, verifications: 0, writes: [] });
  });

  function post(username: string) {
    const headers = { 'x-forwarded-for': ELSEWHERE };
    return app.post('auth/login', { username, password: 'wrong' }, { headers });
  }

  /** Makes messages due in an hour. The worker would otherwise change the outbox during the test. */
  async function holdMessages(): Promise<void> {
    await app.query(`ALTER TABLE outbox ALTER due_at SET DEFAULT now() + interval '1 h'`);
    await app.query('UPDATE outbox SET due_at = DEFAULT');
  }
});
