import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = (await app.account('admin')).token;
});
afterAll(() => app.close());

const create = (body: object) => app.post('users', body, { token });

describe('POST /users', () => {
  test('creates a user with the role, status and password that the admin sends', async () => {
    const username = uniqueName();
    const profile = { username, name: 'New One', gender: 'Other' };
    const { status, headers, body } = await create({
      ...profile,
      role: 'viewer',
      status: 'active',
      password: PASSWORD,
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/users/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({ ...profile, gender: 'other', email: null, role: 'viewer' });
    const read = await app.get(String(headers.get('location')), { token });
    expect(read.body).toEqual(body);
    expect((await app.post('auth/login', { username, password: PASSWORD })).status).toBe(200);
  });

  test('creates an active user by default, who cannot log in without a password', async () => {
    const username = uniqueName();
    const { status, body } = await create({ username, password: null, role: null, status: null });
    expect(status).toBe(201);
    expect(body).toMatchObject({ role: 'user', status: 'active' });
    for (const password of ['', 'null', PASSWORD]) {
      const answer = await app.post('auth/login', { username, password });
      expectProblem(answer, 401, 'invalid_credentials');
    }
  });

  test('accepts a user object as it was returned, and ignores its server-owned fields', async () => {
    const template = (await create({ username: uniqueName() })).body;
    const { status, body } = await create({ ...template, username: uniqueName() });
    expect(status).toBe(201);
    expect(body.id).not.toBe(template.id);
    expect(body.version).toBe(1);
  });

  test('audits user_created with the admin as actor', async () => {
    const { body } = await create({ username: uniqueName(), role: 'guest' });
    const events = await app.query(
      'SELECT action, details, actor_id FROM audit_events WHERE subject_id = $1',
      [body.id],
    );
    const { body: me } = await app.get('users/me', { token });
    expect(events).toEqual([
      { action: 'user_created', details: { role: 'guest', status: 'active' }, actor_id: me.id },
    ]);
  });

  test('answers 409 for a username, e-mail or mobile that is taken', async () => {
    const username = uniqueName();
    const email = `${username}@example.com`;
    const mobile = '+4917012345678';
    await create({ username, email, mobile });
    const other = { username: uniqueName() };
    expectProblem(await create({ username: username.toUpperCase() }), 409, 'username_taken');
    expectProblem(await create({ ...other, email: email.toUpperCase() }), 409, 'email_taken');
    expectProblem(await create({ ...other, mobile: '+49 170 12345678' }), 409, 'mobile_taken');
  });

  test.each([
    [{}, { '/username': 'one_of' }],
    [{ username: 'somebody', role: 'root' }, { '/role': 'enum' }],
    [{ username: 'somebody', status: 'gone' }, { '/status': 'enum' }],
    [{ username: 'somebody', password: 'short' }, { '/password': 'length' }],
    [{ username: 'somebody', password: 'SomeBody' }, { '/password': 'common_password' }],
    [{ username: 'somebody', password_hash: 'x' }, { '/password_hash': 'unknown_field' }],
  ] as const)('answers 400 for %j', async (body, fields) => {
    expectInvalid(await create(body), fields);
  });

  test.each(['user', 'viewer', 'guest'] as const)(
    'answers 403 to a %s before it validates the fields, but after it parses the JSON',
    async (role) => {
      const account = await app.account(role);
      const send = { token: account.token };
      expectProblem(await app.post('users', { nonsense: 1 }, send), 403, 'forbidden');
      const unreadable = await app.post('users', undefined, {
        ...send,
        raw: '{',
        headers: { 'content-type': 'application/json' },
      });
      expectProblem(unreadable, 400, 'malformed_request');
    },
  );
});
