import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApiKey } from '../../../src/sessions/api-keys/api-key.js';
import { startApp, type TestApp, type TestKey } from '../../support/app.ts';
import { expectProblem } from '../../support/problem.ts';
import { exchange } from '../../support/raw.ts';

let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  app = await startApp();
  key = await app.apiKey(['customers:read', 'users:read']);
});
afterAll(() => app.close());

const get = (authorization: string) => app.get('customers', { headers: { authorization } });
const flipped = (text: string) => text.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));

describe('GET /customers with an API key as Authorization', () => {
  it.each([
    ['in any case of the scheme', () => `bEARER ${key.token}`],
    ['with spaces around it', () => `Bearer   ${key.token}  `],
  ])('accepts a key %s', async (_, header) => {
    expect((await get(header())).status).toBe(200);
  });

  it.each([
    ['truncated', () => key.token.slice(0, -1)],
    ['with one more character', () => `${key.token}0`],
    ['with a wrong checksum', () => flipped(key.token)],
    ['in upper case', () => key.token.toUpperCase()],
    ['with another mark than cak_', () => key.token.replace('cak_', 'cak-')],
    ['percent-encoded', () => key.token.replace('_', '%5F')],
    ['in quotes', () => `"${key.token}"`],
    ['twice', () => `${key.token} ${key.token}`],
    ['in a list', () => `${key.token},${key.token}`],
    ['after an access token', () => `x.y.z ${key.token}`],
    ['with a tab', () => `\t${key.token}`],
    ['with a space in it', () => key.token.replace('_', '_ ')],
    ['cut to its prefix', () => key.token.slice(0, 12)],
    ['cut to its mark', () => 'cak_'],
    ['replaced by its id', () => key.id],
    ['of another environment', () => newApiKey()],
  ])('answers 401 invalid_token for a key %s', async (_, value) => {
    expectProblem(await get(`Bearer ${value()}`), 401, 'invalid_token');
  });

  it.each([
    ['as Basic', () => `Basic ${Buffer.from(`${key.token}:`).toString('base64')}`],
    ['with another scheme', () => `ApiKey ${key.token}`],
    ['without a scheme', () => key.token],
  ])('answers 401 unauthenticated for a key %s', async (_, header) => {
    expectProblem(await get(header()), 401, 'unauthenticated');
  });

  it('answers 400 if the header is sent twice', async () => {
    const lines = [
      'GET /api/v1/customers HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${key.token}`,
      `Authorization: Bearer ${key.token}`,
      'Connection: close',
    ];
    const answer = await exchange(app.url, `${lines.join('\r\n')}\r\n\r\n`);
    expect([answer?.status, answer?.body.code]).toEqual([400, 'malformed_request']);
  });
});

describe('an API key in another place', () => {
  it('is ignored in the query, in other headers and in a cookie', async () => {
    const { token } = key;
    for (const name of ['access_token', 'api_key', 'key', 'token']) {
      expectProblem(await app.get(`users/me?${name}=${token}`), 401, 'unauthenticated');
    }
    const headers = {
      'x-api-key': token,
      'x-access-token': token,
      cookie: `access_token=${token}`,
    };
    expectProblem(await app.get('customers', { headers }), 401, 'unauthenticated');
    const proxied = { 'proxy-authorization': `Bearer ${token}` };
    expectProblem(await app.get('customers', { headers: proxied }), 401, 'unauthenticated');
  });

  it('is not accepted as a refresh token', async () => {
    const body = { refresh_token: key.token };
    expectProblem(await app.post('auth/refresh', body), 401, 'invalid_token');
    expectProblem(await app.post('auth/logout', body), 401, 'invalid_token');
    const { token } = key;
    expectProblem(await app.post('auth/refresh', body, { token }), 401, 'invalid_token');
    expectProblem(await app.post('auth/refresh', undefined, { token }), 403, 'person_required');
    expectProblem(await app.post('auth/logout', undefined, { token }), 403, 'person_required');
    expect((await get(`Bearer ${token}`)).status).toBe(200);
    const wrong = { token: flipped(token) };
    expectProblem(await app.post('auth/logout', undefined, wrong), 401, 'invalid_token');
  });
});

describe('an API key', () => {
  it('answers 403 for requests on accounts, keys and sessions, and changes nothing', async () => {
    const other = await app.account();
    const { token } = await app.apiKey();
    const before = await app.query('SELECT * FROM users ORDER BY id');
    const requests: [string, string, object?][] = [
      ['PATCH', `users/${other.id}`, { name: 'Taken over' }],
      ['PATCH', 'users/me', { id: other.id, name: 'Taken over' }],
      ['PUT', `users/${other.id}`, { username: 'taken.over' }],
      ['DELETE', `users/${other.id}`],
      ['DELETE', `users/${other.id}/sessions`],
      ['PUT', 'users/me/password', { old_password: 'x', new_password: 'y' }],
      ['POST', 'users', { username: 'second', role: 'admin' }],
      ['POST', 'users/me/keys', { name: 'More', scopes: ['customers:admin'] }],
      ['POST', `users/${key.userId}/keys`, { name: 'More', scopes: ['customers:admin'] }],
      ['GET', `users/${key.userId}/keys`],
      ['DELETE', `users/${key.userId}/keys/${key.id}`],
      ['GET', 'auth/sessions'],
      ['DELETE', `auth/sessions/${key.id}`],
    ];
    for (const [method, path, body] of requests) {
      const answer = await app.send(method, path, { token, body });
      expectProblem(answer, 403, 'person_required', `${method} ${path}`);
    }
    expect(await app.query('SELECT * FROM users ORDER BY id')).toEqual(before);
    expect(await app.isActive(other.token)).toBe(true);
    expect(await app.isActive(key.token)).toBe(true);
  });

  it('answers 403 with the missing scope if it depends on the query of a route', async () => {
    const { token } = await app.apiKey(['events:read', 'customers:read']);
    const { token: readsEvents } = await app.apiKey(['events:read']);
    const { token: restores } = await app.apiKey(['customers:read', 'customers:admin']);
    const own = await app.get('events?from=now&types=customer.created', { token });
    expect(own.status).toBe(200);
    for (const [path, key, detail] of [
      ['events?from=now', token, 'This key lacks the scope users:read.'],
      ['events?from=now&types=user.created', token, 'This key lacks the scope users:read.'],
      [
        'events?from=now&types=customer.created',
        readsEvents,
        'This key lacks the scope customers:read.',
      ],
      ['customers?deleted=only', token, 'This key lacks the scope customers:admin.'],
      ['customers?deleted=only', restores, 'Your account lacks the permission customers:admin.'],
    ] as const) {
      const refused = await app.get(path, { token: key });
      expectProblem(refused, 403, 'forbidden', path);
      expect(refused.body.detail).toBe(detail);
    }
  });
});
