import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, startApp, type TestApp, uniqueName } from '../../support/app.ts';
import { statusesOf } from '../../support/client.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const register = (body: object) => app.post('auth/register', { password: PASSWORD, ...body });

describe('POST /auth/register', () => {
  test('answers 201 with the account, its Location and ETag, and without the password', async () => {
    const profile = {
      username: 'Jane.Doe',
      email: 'Jane@Example.com',
      mobile: '+49 (151) 234-567.89',
      name: 'Jane Doe',
      gender: 'FEMALE',
    };
    const { status, headers, body, text } = await register(profile);
    expect(status, text).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/users/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      ...profile,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/),
      mobile: '+4915123456789',
      gender: 'female',
      kind: 'person',
      role: 'user',
      status: 'active',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: body.created_at,
      version: 1,
    });
  });

  test.each([{ username: 'only.username' }, { email: 'only@example.com' }])(
    'accepts a username or an e-mail alone: %j',
    async (name) => {
      const { status, body } = await register(name);
      expect(status).toBe(201);
      expect(body).toMatchObject({ username: null, email: null, mobile: null, ...name });
    },
  );

  test('ignores server-owned fields, and accepts the role that every registration gets', async () => {
    const { status, body } = await register({
      username: uniqueName(),
      role: 'user',
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      created_at: '2001-01-01T00:00:00.000Z',
      updated_at: 5,
      version: 17,
    });
    expect(status).toBe(201);
    expect(body.id).not.toBe('01890a5d-ac96-774b-bcce-b302099a8057');
    expect(body.created_at).not.toContain('2001');
    expect(body.version).toBe(1);
  });

  test.each(['admin', 'viewer', 'guest'])('answers 403 for the role %s', async (role) => {
    expectProblem(await register({ username: uniqueName(), role }), 403, 'role_not_permitted');
  });
});

describe('POST /auth/register with a name that is taken', () => {
  beforeAll(() =>
    register({ username: 'Taken.Name', email: 'Taken@Example.com', mobile: '+491511111111' }),
  );

  test.each([
    [{ username: 'tAKEN.nAME' }, 'username_taken'],
    [{ username: uniqueName(), email: 'tAKEN@eXAMPLE.COM' }, 'email_taken'],
    [{ username: uniqueName(), mobile: '+49 (151) 111-11.11' }, 'mobile_taken'],
  ] as const)('answers 409 for %j with the code %s, in any case and format', async (body, code) => {
    expectProblem(await register(body), 409, code);
  });

  test('answers 201 to one of twenty concurrent requests and 409 to the others', async () => {
    const username = uniqueName();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        register({ username: at % 2 ? username : username.toUpperCase() }),
      ),
    );
    const statuses = statusesOf(answers);
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });
});

describe('POST /auth/register with an invalid body', () => {
  test.each([
    [{}, { '/username': 'one_of' }],
    [{ mobile: '+4915100000001' }, { '/username': 'one_of' }],
    [{ username: 'ab' }, { '/username': 'format' }],
    [{ username: 'a'.repeat(51) }, { '/username': 'format' }],
    [{ username: 'jane doe' }, { '/username': 'format' }],
    [{ username: 'jané' }, { '/username': 'format' }],
    [{ username: 7 }, { '/username': 'type' }],
    [{ email: 'nobody' }, { '/email': 'format' }],
    [
      { email: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com` },
      { '/email': 'format' },
    ],
    [{ username: 'mobile.user', mobile: '12345' }, { '/mobile': 'format' }],
    [{ username: 'mobile.user', mobile: '+1234567890123456' }, { '/mobile': 'format' }],
    [{ username: 'name.user', name: '   ' }, { '/name': 'blank' }],
    [{ username: 'name.user', name: 'a\u0000b' }, { '/name': 'characters' }],
    [{ username: 'name.user', name: 'line\nbreak' }, { '/name': 'characters' }],
    [{ username: 'name.user', name: 'é'.repeat(201) }, { '/name': 'length' }],
    [{ username: 'gender.user', gender: 'cat' }, { '/gender': 'enum' }],
    [{ username: 'role.user', role: 'root' }, { '/role': 'enum' }],
    [{ username: 'extra.user', is_admin: true }, { '/is_admin': 'unknown_field' }],
    [{ username: 'extra.user', status: 'active' }, { '/status': 'unknown_field' }],
    [
      { username: 'a b', email: 5, name: ' ' },
      { '/username': 'format', '/email': 'type', '/name': 'blank' },
    ],
  ] as const)('answers 400 for %j', async (body, fields) => {
    expectInvalid(await register(body), fields);
  });

  test.each([
    [undefined, 'required'],
    [null, 'required'],
    [12_345_678, 'type'],
    ['', 'length'],
    ['1234567', 'length'],
    ['p'.repeat(129), 'length'],
    ['p'.repeat(1_001), 'length'],
    ['null\u0000byte', 'characters'],
    ['Own.Username', 'common_password'],
    ['own@example.com', 'common_password'],
    ['OWN NAME', 'common_password'],
  ] as const)('answers 400 for the password %j with the code %s', async (password, code) => {
    const body = {
      username: 'own.username',
      email: 'own@example.com',
      name: 'Own Name',
      password,
    };
    expectInvalid(await app.post('auth/register', body), { '/password': code });
  });

  test('measures the password in code points, does not trim it, and normalizes it', async () => {
    const username = uniqueName();
    const seven = '  \u00e9\u{1f511}\ufb01x'; // é, a key emoji of two UTF-16 units, the ligature fi
    expectInvalid(await register({ username, password: seven }), { '/password': 'length' });
    expect((await register({ username, password: `${seven} ` })).status).toBe(201);
    const decomposed = `  e\u0301\u{1f511}fix `;
    expect((await app.post('auth/login', { username, password: decomposed })).status).toBe(200);
    const trimmed = await app.post('auth/login', { username, password: decomposed.trim() });
    expectProblem(trimmed, 401, 'invalid_credentials');
  });

  test('answers 400 for an array, for no body and for a query parameter', async () => {
    expectInvalid(await app.post('auth/register', []), { '': 'type' });
    const missing = { '/password': 'required', '/username': 'one_of' } as const;
    expectInvalid(await app.post('auth/register'), missing);
    expectInvalid(await app.post('auth/register', {}), missing);
    expectInvalid(await app.post('auth/register?role=admin', {}), { role: 'unknown_field' });
  });
});

test('POST /auth/register ignores the Authorization header', async () => {
  const body = { username: uniqueName(), password: PASSWORD };
  expect((await app.post('auth/register', body, { token: 'nonsense' })).status).toBe(201);
});

test('POST /auth/register audits the account without its data', async () => {
  const { body } = await register({ username: 'audited.user', email: 'audited@example.com' });
  const events = await app.query('SELECT * FROM audit_events WHERE subject_id = $1', [body.id]);
  expect(events).toMatchObject([{ action: 'register', outcome: 'success', subject_type: 'user' }]);
  expect(JSON.stringify(events)).not.toContain('audited');
});

describe('POST /auth/register with REGISTRATION and REGISTRATION_ROLE', () => {
  test('answers 403 if closed, while an admin can still create accounts', async () => {
    const closed = await startApp({ REGISTRATION: 'closed' });
    try {
      const body = { username: uniqueName(), password: PASSWORD };
      expectProblem(await closed.post('auth/register', body), 403, 'registration_closed');
      const { token } = await closed.account('admin');
      expect((await closed.post('users', body, { token })).status).toBe(201);
    } finally {
      await closed.close();
    }
  });

  test.each(['viewer', 'guest'])('gives the role %s and refuses any other', async (role) => {
    const other = await startApp({ REGISTRATION_ROLE: role });
    try {
      const { body } = await other.post('auth/register', {
        username: uniqueName(),
        password: PASSWORD,
      });
      expect(body.role).toBe(role);
      const refused = await other.post('auth/register', {
        username: uniqueName(),
        password: PASSWORD,
        role: 'user',
      });
      expectProblem(refused, 403, 'role_not_permitted');
    } finally {
      await other.close();
    }
  });
});

describe('the errors of POST /auth/register', () => {
  test('list every invalid field, including those that depend on settings or other fields', async () => {
    const answer = await register({ name: ' ', mobile: 'x', password: 'short' });
    expectInvalid(answer, {
      '/name': 'blank',
      '/mobile': 'format',
      '/username': 'one_of',
      '/password': 'length',
    });
  });

  test('contain one error for each field', async () => {
    const answer = await register({ username: '!', password: 1 });
    expectInvalid(answer, { '/username': 'format', '/password': 'type' });
  });

  test('report a field that is named like a method as unknown', async () => {
    const answer = await register({ username: uniqueName(), problems: [], password: 'short' });
    expectInvalid(answer, { '/problems': 'unknown_field', '/password': 'length' });
  });
});
