import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let admin: Account;
beforeAll(async () => {
  app = await startApp();
  admin = await app.account('admin');
});
afterAll(() => app.close());

/** An account with every field filled. */
async function fullAccount(): Promise<Account> {
  const account = await app.account();
  await app.query(
    `UPDATE users SET email = $2, mobile = $3, name = 'Full Name', gender = 'female' WHERE id = $1`,
    [account.id, `${account.username}@example.com`, `+${Date.now()}`],
  );
  return account;
}

const read = async ({ token }: Account) => (await app.get('users/me', { token })).body;

describe('PATCH /users/{id}', () => {
  test('changes the fields that are sent, clears those that are null, and leaves the rest', async () => {
    const account = await fullAccount();
    const before = await read(account);
    const { status, headers, body } = await app.patch(
      'users/me',
      { name: 'Other Name', gender: null },
      { token: account.token, headers: { 'content-type': 'application/merge-patch+json' } },
    );
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"2"');
    expect(body).toEqual({
      ...before,
      name: 'Other Name',
      gender: null,
      updated_at: body.updated_at,
      version: 2,
    });
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    expect(await read(account)).toEqual(body);
  });

  test.each([{}, { name: 'Full Name' }, { gender: 'FEMALE', version: 9 }])(
    '%j changes nothing and keeps the version',
    async (body) => {
      const account = await fullAccount();
      const before = await read(account);
      const answer = await app.patch('users/me', body, { token: account.token });
      expect(answer.body).toEqual(before);
      expect(answer.headers.get('etag')).toBe('"1"');
    },
  );
});

describe('PUT /users/{id}', () => {
  test('sets missing fields to null, except role and status', async () => {
    const account = await fullAccount();
    const body = { username: account.username, name: 'Put', current_password: PASSWORD };
    const { status, body: after } = await app.put('users/me', body, { token: account.token });
    expect(status).toBe(200);
    expect(after).toMatchObject({
      username: account.username,
      email: null,
      mobile: null,
      name: 'Put',
      gender: null,
      role: 'user',
      status: 'active',
      version: 2,
    });
  });

  test('accepts a user object as it was returned, from its owner and from an admin', async () => {
    const account = await fullAccount();
    const before = await read(account);
    const own = await app.put('users/me', before, { token: account.token });
    expect({ status: own.status, body: own.body }).toEqual({ status: 200, body: before });
    const other = await app.put(`users/${account.id}`, before, { token: admin.token });
    expect(other.body).toEqual(before);
  });

  test('ignores server-owned fields, whatever their values', async () => {
    const account = await fullAccount();
    const before = await read(account);
    const sent = { ...before, id: admin.id, created_at: 'x', updated_at: {}, version: [1] };
    const { status, body } = await app.put('users/me', sent, { token: account.token });
    expect({ status, body }).toEqual({ status: 200, body: before });
  });
});

describe.each(['PUT', 'PATCH'])('%s /users/me that removes both username and e-mail', (method) => {
  test.each([
    { username: null, email: null },
    { username: null, email: null, name: 'Nameless', mobile: '+4917012345670', status: 'active' },
  ])('answers 400 for %j', async (body) => {
    const account = await fullAccount();
    const send = { body: { ...body, current_password: PASSWORD }, token: account.token };
    expectInvalid(await app.send(method, 'users/me', send), { '/username': 'one_of' });
    expect((await read(account)).username).toBe(account.username);
  });
});

test('PATCH /users/me removes the username only if there is an e-mail', async () => {
  const account = await app.account();
  const answer = await app.patch('users/me', { username: null }, { token: account.token });
  expectInvalid(answer, { '/username': 'one_of' });
  const full = await fullAccount();
  const body = { username: null, current_password: PASSWORD };
  expect((await app.patch('users/me', body, { token: full.token })).status).toBe(200);
});

test('PUT /users/{id} answers 400 for {}, which would remove username and e-mail', async () => {
  const account = await app.account();
  expectInvalid(await app.put('users/me', {}, { token: account.token }), { '/username': 'one_of' });
  const missing = await app.put(`users/${randomUUID()}`, {}, { token: admin.token });
  expectInvalid(missing, { '/username': 'one_of' });
});

describe('PATCH /users/me with a new username, e-mail or mobile', () => {
  test.each([
    { email: 'new@example.com' },
    { email: null },
    { mobile: '+4917012345679' },
    { mobile: null },
    { username: 'another.name' },
    { username: null },
  ])('%j needs current_password', async (change) => {
    const account = await fullAccount();
    const send = { token: account.token };
    for (const current_password of [undefined, null, '', 'not the password']) {
      const answer = await app.patch('users/me', { ...change, current_password }, send);
      expectProblem(answer, 403, 'password_incorrect');
    }
    const { email, version } = await read(account);
    expect({ email, version }).toEqual({ email: `${account.username}@example.com`, version: 1 });
    const right = await app.patch('users/me', { ...change, current_password: PASSWORD }, send);
    expect(right.status).toBe(200);
    expect(right.body).toMatchObject(change);
  });

  test('needs no current_password if nothing changes, or if an admin changes another account', async () => {
    const account = await fullAccount();
    const { email, mobile } = await read(account);
    const same = await app.patch('users/me', { email, mobile }, { token: account.token });
    expect(same.status).toBe(200);
    const path = `users/${account.id}`;
    const send = { token: admin.token };
    expect((await app.patch(path, { email: `x.${email}` }, send)).status).toBe(200);
    const own = await app.patch('users/me', { email: 'admin@example.com' }, send);
    expectProblem(own, 403, 'password_incorrect');
  });

  test('never returns or audits current_password', async () => {
    const account = await fullAccount();
    const body = { name: 'N', current_password: PASSWORD };
    const { text } = await app.patch('users/me', body, { token: account.token });
    expect(text).not.toContain('password');
    const rows = await app.query('SELECT * FROM audit_events WHERE subject_id = $1', [account.id]);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });
});

describe('PATCH /users/me with a username, e-mail or mobile that is taken', () => {
  test('answers 409 and changes nothing if another account has it', async () => {
    const [one, other] = [await fullAccount(), await fullAccount()];
    const taken = await read(other);
    const send = { token: one.token };
    for (const [field, code] of [
      ['username', 'username_taken'],
      ['email', 'email_taken'],
      ['mobile', 'mobile_taken'],
    ] as const) {
      const body = { [field]: taken[field].toUpperCase(), current_password: PASSWORD };
      expectProblem(await app.patch('users/me', body, send), 409, code);
    }
    expect((await read(one)).version).toBe(1);
  });

  test("accepts the account's own username in another case", async () => {
    const account = await fullAccount();
    const username = account.username.toUpperCase();
    const { status, body } = await app.patch('users/me', { username }, { token: account.token });
    expect(status).toBe(200);
    expect(body.username).toBe(username);
  });

  test('answers 200 to one of four concurrent requests, and 409 to the others', async () => {
    const accounts = await Promise.all(Array.from({ length: 4 }, () => app.account()));
    const username = uniqueName();
    const answers = await Promise.all(
      accounts.map(({ token }) =>
        app.patch('users/me', { username, current_password: PASSWORD }, { token }),
      ),
    );
    expect(statusesOf(answers)).toEqual([200, 409, 409, 409]);
  });
});

describe('PATCH /users/{id} with an invalid body', () => {
  test.each([
    [{ name: ' ' }, { '/name': 'blank' }],
    [{ username: 'a b' }, { '/username': 'format' }],
    [{ email: 'x' }, { '/email': 'format' }],
    [{ mobile: 12 }, { '/mobile': 'type' }],
    [{ gender: 'x' }, { '/gender': 'enum' }],
    [{ role: 'root' }, { '/role': 'enum' }],
    [{ password: PASSWORD }, { '/password': 'unknown_field' }],
    [{ password_hash: 'x' }, { '/password_hash': 'unknown_field' }],
  ] as const)('answers 400 for %j, before 404', async (body, fields) => {
    expectInvalid(await app.patch('users/me', body, { token: admin.token }), fields);
    const missing = await app.patch(`users/${randomUUID()}`, body, { token: admin.token });
    expectInvalid(missing, fields);
  });

  test('answers 403 for another account, before 400 and 404', async () => {
    const [user, other] = [await app.account(), await app.account()];
    for (const id of [other.id, randomUUID(), 'nonsense']) {
      const answer = await app.patch(`users/${id}`, { nonsense: 1 }, { token: user.token });
      expectProblem(answer, 403, 'forbidden');
    }
  });
});

test('PATCH /users/{id} audits the names of the changed fields', async () => {
  const account = await fullAccount();
  await app.patch('users/me', { name: 'Audited', gender: 'other' }, { token: account.token });
  const events = await app.query(
    'SELECT action, actor_id, details FROM audit_events WHERE subject_id = $1',
    [account.id],
  );
  expect(events).toEqual([
    { action: 'user_updated', actor_id: account.id, details: { fields: ['name', 'gender'] } },
  ]);
});
