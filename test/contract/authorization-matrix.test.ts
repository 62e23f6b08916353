import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, ROLES, SCOPES } from '../../src/common/security/permissions.js';
import { type Account, PASSWORD, startApp, type TestApp, uniqueName } from '../support/app.ts';
import type { Answer } from '../support/client.ts';
import { secure } from '../support/authenticator.ts';
import { failedDelivery, runningImport } from '../support/stored.ts';
import { routesOf } from '../support/routes.ts';

/**
 * Who may do what: one row for each route and each kind of target, with the status that each kind of
 * caller receives.
 *
 * To add a route, add its rows here. A route without an id has the target `-`. A route with an id has
 * three rows: `own` is an object of the caller, `other` is an object of another account, and `missing`
 * does not exist. For example, the column `user` of a row `other` is a user who addresses an object of
 * another user. A route that takes a body, a query or another token also needs an entry in `REQUESTS`.
 * A new kind of object with an id needs one in `TARGETS`. The test fails for a route without rows and
 * for a row without a route.
 *
 * The last columns are API keys of service accounts with the role user: with one scope each, and with
 * all scopes. A route whose rows lack these columns requires a person: every key gets
 * 403 `person_required`.
 */
const MATRIX = `
route                                  target   anonymous guest viewer user admin  c:read c:write c:admin u:read a:read e:read all
GET    /health/live                    -        200       200   200    200  200  200    200    200    200    200    200    200
GET    /health/ready                   -        200       200   200    200  200  200    200    200    200    200    200    200
GET    /metrics                        -        200       200   200    200  200  200    200    200    200    200    200    200
GET    /.well-known/jwks.json          -        404       404   404    404  404  404    404    404    404    404    404    404
POST   /api/v1/auth/register           -        201       201   201    201  201  201    201    201    201    201    201    201
POST   /api/v1/auth/login              -        200       200   200    200  200  200    200    200    200    200    200    200
POST   /api/v1/auth/refresh            -        401       200   200    200  200
POST   /api/v1/auth/logout             -        401       204   204    204  204
POST   /api/v1/auth/activation         -        400       400   400    400  400
POST   /api/v1/auth/activation/resend  -        202       202   202    202  202
POST   /api/v1/auth/password/forgot    -        202       202   202    202  202  202    202    202    202    202    202    202
POST   /api/v1/auth/password/reset     -        400       400   400    400  400  400    400    400    400    400    400    400
POST   /api/v1/auth/step-up            -        401       204   204    204  204
GET    /api/v1/auth/token              -        401       200   200    200  200  200    200    200    200    200    200    200
GET    /api/v1/auth/sessions           -        401       200   200    200  200
DELETE /api/v1/auth/sessions/:id       own      401       204   204    204  204
DELETE /api/v1/auth/sessions/:id       other    401       404   404    404  404
DELETE /api/v1/auth/sessions/:id       missing  401       404   404    404  404
GET    /api/v1/users                   -        401       403   200    200  200  403    403    403    200    403    403    200
POST   /api/v1/users                   -        401       403   403    403  201
GET    /api/v1/users/:id               own      401       200   200    200  200  403    403    403    200    403    403    200
GET    /api/v1/users/:id               other    401       403   200    200  200  403    403    403    200    403    403    200
GET    /api/v1/users/:id               missing  401       403   404    404  404  403    403    403    404    403    403    404
PUT    /api/v1/users/:id               own      401       200   200    200  200
PUT    /api/v1/users/:id               other    401       403   403    403  200
PUT    /api/v1/users/:id               missing  401       403   403    403  404
PATCH  /api/v1/users/:id               own      401       200   200    200  200
PATCH  /api/v1/users/:id               other    401       403   403    403  200
PATCH  /api/v1/users/:id               missing  401       403   403    403  404
DELETE /api/v1/users/:id               own      401       204   204    204  204
DELETE /api/v1/users/:id               other    401       403   403    403  204
DELETE /api/v1/users/:id               missing  401       403   403    403  404
PUT    /api/v1/users/:id/password      own      401       204   204    204  204
PUT    /api/v1/users/:id/password      other    401       403   403    403  403
PUT    /api/v1/users/:id/password      missing  401       403   403    403  403
POST   /api/v1/users/:id/password-reset own     401       403   403    403  202
POST   /api/v1/users/:id/password-reset other   401       403   403    403  202
POST   /api/v1/users/:id/password-reset missing 401       403   403    403  404
GET    /api/v1/users/:id/sessions      own      401       200   200    200  200
GET    /api/v1/users/:id/sessions      other    401       403   403    403  200
GET    /api/v1/users/:id/sessions      missing  401       403   403    403  404
DELETE /api/v1/users/:id/sessions      own      401       204   204    204  204
DELETE /api/v1/users/:id/sessions      other    401       403   403    403  204
DELETE /api/v1/users/:id/sessions      missing  401       403   403    403  404
POST   /api/v1/users/:id/keys          own      401       403   403    403  404
POST   /api/v1/users/:id/keys          other    401       403   403    403  201
POST   /api/v1/users/:id/keys          missing  401       403   403    403  404
GET    /api/v1/users/:id/keys          own      401       403   403    403  404
GET    /api/v1/users/:id/keys          other    401       403   403    403  200
GET    /api/v1/users/:id/keys          missing  401       403   403    403  404
DELETE /api/v1/users/:id/keys/:key_id  own      401       403   403    403  404
DELETE /api/v1/users/:id/keys/:key_id  other    401       403   403    403  204
DELETE /api/v1/users/:id/keys/:key_id  missing  401       403   403    403  404
GET    /api/v1/users/me/mfa            -        401       200   200    200  200
DELETE /api/v1/users/me/mfa            -        401       404   404    404  404
POST   /api/v1/users/me/mfa/totp       -        401       201   201    201  201
POST   /api/v1/users/me/mfa/totp/confirm -      401       404   404    404  404
POST   /api/v1/users/me/mfa/recovery-codes -    401       404   404    404  404
DELETE /api/v1/users/:id/mfa           own      401       403   403    403  403
DELETE /api/v1/users/:id/mfa           other    401       403   403    403  204
DELETE /api/v1/users/:id/mfa           missing  401       403   403    403  404
GET    /api/v1/audit-events            -        401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/events                  -        401       403   200    200  200  403    403    403    403    403    403    200
GET    /api/v1/webhooks                -        401       403   403    403  200
POST   /api/v1/webhooks                -        401       403   403    403  201
GET    /api/v1/webhooks/:id            own      401       403   403    403  200
GET    /api/v1/webhooks/:id            other    401       403   403    403  200
GET    /api/v1/webhooks/:id            missing  401       403   403    403  404
PATCH  /api/v1/webhooks/:id            own      401       403   403    403  200
PATCH  /api/v1/webhooks/:id            other    401       403   403    403  200
PATCH  /api/v1/webhooks/:id            missing  401       403   403    403  404
DELETE /api/v1/webhooks/:id            own      401       403   403    403  204
DELETE /api/v1/webhooks/:id            other    401       403   403    403  204
DELETE /api/v1/webhooks/:id            missing  401       403   403    403  404
POST   /api/v1/webhooks/:id/secret     own      401       403   403    403  200
POST   /api/v1/webhooks/:id/secret     other    401       403   403    403  200
POST   /api/v1/webhooks/:id/secret     missing  401       403   403    403  404
POST   /api/v1/webhooks/:id/test       own      401       403   403    403  202
POST   /api/v1/webhooks/:id/test       other    401       403   403    403  202
POST   /api/v1/webhooks/:id/test       missing  401       403   403    403  404
GET    /api/v1/webhooks/:id/deliveries own 401 403 403 403 200
GET    /api/v1/webhooks/:id/deliveries other 401 403 403 403 200
GET    /api/v1/webhooks/:id/deliveries missing 401 403 403 403 404
POST   /api/v1/webhooks/:id/deliveries/:delivery_id/retry own 401 403 403 403 202
POST   /api/v1/webhooks/:id/deliveries/:delivery_id/retry other 401 403 403 403 202
POST   /api/v1/webhooks/:id/deliveries/:delivery_id/retry missing 401 403 403 403 404
GET    /api/v1/customers               -        401       403   200    200  200  200    403    403    403    403    403    200
POST   /api/v1/customers               -        401       403   403    201  201  403    201    403    403    403    403    201
PUT    /api/v1/customers               -        401       403   403    201  201  403    201    403    403    403    403    201
PATCH  /api/v1/customers               -        401       403   403    201  201  403    201    403    403    403    403    201
POST   /api/v1/customers/batch         -        401       403   403    200  200  403    200    403    403    403    403    200
GET    /api/v1/customers/statistics    -        401       403   200    200  200  200    403    403    403    403    403    200
GET    /api/v1/customers/:id           own      401       403   200    200  200  200    403    403    403    403    403    200
GET    /api/v1/customers/:id           other    401       403   200    200  200  200    403    403    403    403    403    200
GET    /api/v1/customers/:id           missing  401       403   404    404  404  404    403    403    403    403    403    404
PUT    /api/v1/customers/:id           own      401       403   403    200  200  403    200    403    403    403    403    200
PUT    /api/v1/customers/:id           other    401       403   403    200  200  403    200    403    403    403    403    200
PUT    /api/v1/customers/:id           missing  401       403   403    404  404  403    404    403    403    403    403    404
PATCH  /api/v1/customers/:id           own      401       403   403    200  200  403    200    403    403    403    403    200
PATCH  /api/v1/customers/:id           other    401       403   403    200  200  403    200    403    403    403    403    200
PATCH  /api/v1/customers/:id           missing  401       403   403    404  404  403    404    403    403    403    403    404
DELETE /api/v1/customers/:id           own      401       403   403    204  204  403    204    403    403    403    403    204
DELETE /api/v1/customers/:id           other    401       403   403    204  204  403    204    403    403    403    403    204
DELETE /api/v1/customers/:id           missing  401       403   403    404  404  403    404    403    403    403    403    404
POST   /api/v1/customers/:id/restore   own      401       403   403    403  200  403    403    403    403    403    403    403
POST   /api/v1/customers/:id/restore   other    401       403   403    403  200  403    403    403    403    403    403    403
POST   /api/v1/customers/:id/restore   missing  401       403   403    403  404  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/history   own      401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/history   other    401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/history   missing  401       403   403    403  404  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/export    own      401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/export    other    401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/:id/export    missing  401       403   403    403  404  403    403    403    403    403    403    403
POST   /api/v1/customers/:id/erase     own      401       403   403    403  204  403    403    403    403    403    403    403
POST   /api/v1/customers/:id/erase     other    401       403   403    403  204  403    403    403    403    403    403    403
POST   /api/v1/customers/:id/erase     missing  401       403   403    403  404  403    403    403    403    403    403    403
HEAD   /api/v1/customers/export        -        401       403   200    200  200  200    403    403    403    403    403    200
GET    /api/v1/customers/export        -        401       403   200    200  200  200    403    403    403    403    403    200
POST   /api/v1/customers/import        -        401       403   403    403  202  403    403    403    403    403    403    403
POST   /api/v1/customers/import/preview -       401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports       -        401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id   own      401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id   other    401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id   missing  401       403   403    403  404  403    403    403    403    403    403    403
DELETE /api/v1/customers/imports/:id   own      401       403   403    403  204  403    403    403    403    403    403    403
DELETE /api/v1/customers/imports/:id   other    401       403   403    403  204  403    403    403    403    403    403    403
DELETE /api/v1/customers/imports/:id   missing  401       403   403    403  404  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id/errors own 401       403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id/errors other 401     403   403    403  200  403    403    403    403    403    403    403
GET    /api/v1/customers/imports/:id/errors missing 401   403   403    403  404  403    403    403    403    403    403    403
`;

/** An account or, without a refresh token, the API key of one. */
type Caller = Omit<Account, 'refreshToken'> & Partial<Account>;

interface Request {
  body?: unknown;
  query?: string;
}

const WEBHOOK = { url: 'https://hooks.invalid/', types: ['customer.created'] };

/** Valid requests, so that the status depends only on the caller. An anonymous caller is `undefined`. */
const REQUESTS: Record<string, (caller: Caller | undefined) => Request> = {
  'POST /api/v1/auth/register': () => ({ body: { username: uniqueName(), password: PASSWORD } }),
  'POST /api/v1/auth/login': () => ({ body: { username: known.username, password: PASSWORD } }),
  'POST /api/v1/auth/refresh': (caller) => ({ body: { refresh_token: caller?.refreshToken } }),
  'POST /api/v1/auth/activation': () => ({ body: { email: 'a@example.com', code: '123456' } }),
  'POST /api/v1/auth/activation/resend': () => ({ body: { email: 'a@example.com' } }),
  'POST /api/v1/auth/password/forgot': () => ({ body: { email: `${uniqueName()}@example.com` } }),
  'POST /api/v1/auth/password/reset': () => ({ body: { token: 'x', new_password: PASSWORD } }),
  'POST /api/v1/auth/step-up': () => ({ body: { password: PASSWORD } }),
  'POST /api/v1/users/me/mfa/totp/confirm': () => ({ body: { otp: '123456' } }),
  'GET /api/v1/events': () => ({ query: '?from=now' }),
  'POST /api/v1/users/:id/keys': () => ({ body: { name: 'Key', scopes: ['customers:read'] } }),
  'POST /api/v1/webhooks': () => ({ body: WEBHOOK }),
  'PATCH /api/v1/webhooks/:id': () => ({ body: { description: 'Patched' } }),
  'POST /api/v1/users': () => ({ body: { username: uniqueName() } }),
  'PUT /api/v1/users/:id': () => ({
    body: { username: uniqueName(), current_password: PASSWORD },
  }),
  'PATCH /api/v1/users/:id': () => ({ body: { name: 'Patched' } }),
  'PUT /api/v1/users/:id/password': () => ({
    body: { old_password: PASSWORD, new_password: 'six crows over the harbour' },
  }),
  'POST /api/v1/customers': () => ({ body: { name: 'Posted' } }),
  'PUT /api/v1/customers': () => ({ query: `?external_id=${uniqueName()}`, body: { name: 'Put' } }),
  'PATCH /api/v1/customers': () => ({ query: `?external_id=${uniqueName()}`, body: {} }),
  'POST /api/v1/customers/batch': () => ({
    body: { operations: [{ method: 'create', body: { name: 'Batch' } }] },
  }),
  'PUT /api/v1/customers/:id': () => ({ body: { name: 'Put' } }),
  'PATCH /api/v1/customers/:id': () => ({ body: { country: 'GB' } }),
  'POST /api/v1/customers/import': () => ({ body: [{ name: 'Imported' }] }),
  'POST /api/v1/customers/import/preview': () => ({ body: [{ name: 'Previewed' }] }),
};

/** Creates an object of an account for paths with this prefix. The first matching prefix counts. */
const TARGETS: [string, (owner: Caller, isOwn: boolean) => Promise<string> | string][] = [
  ['/api/v1/users/:id/keys', (owner, isOwn) => (isOwn ? owner.id : app.storedService())],
  ['/api/v1/users/:id/password-reset', (owner) => reachable(owner)],
  ['/api/v1/users/:id/mfa', (owner, isOwn) => (isOwn ? owner.id : secured(owner))],
  ['/api/v1/users/:id', (owner) => owner.id],
  ['/api/v1/auth/sessions/:id', (owner) => newestSession(owner)],
  ['/api/v1/customers/imports/:id', () => runningImport(app)],
  ['/api/v1/customers/:id/restore', (owner) => deletedCustomer(owner)],
  ['/api/v1/customers/:id', (owner) => newCustomer(owner)],
  ['/api/v1/webhooks/:id', () => newWebhook()],
];

const [[, , ...COLUMNS] = [], ...ROWS] = MATRIX.trim()
  .split('\n')
  .map((line) => line.replace(/^([A-Z]+) +/, '$1_').split(/ +/));
const CASES = ROWS.map(
  ([route = '', target = '', ...statuses]) =>
    [route.replace('_', ' '), target, statuses.map(Number)] as const,
);
const PEOPLE = ['anonymous', ...ROLES.toReversed()];
const KEYS = COLUMNS.filter((column) => !PEOPLE.includes(column));

let app: TestApp;
let known: Account;
const keyHolders = new Map<string, Promise<Caller>>();
beforeAll(async () => {
  app = await startApp();
  known = await app.account('admin');
});
afterAll(() => app.close());

test('every route has its rows, and every row has a route', () => {
  const required = routesOf(app).flatMap((route) =>
    (route.includes(':id') ? ['own', 'other', 'missing'] : ['-']).map((of) => `${route} ${of}`),
  );
  expect(CASES.map(([route, target]) => `${route} ${target}`).sort()).toEqual(required.sort());
});

describe.each(CASES)('%s, %s', (route, target, statuses) => {
  test.each(statuses.map((status, at) => [COLUMNS[at] ?? '', status] as const))(
    '%s gets %i',
    async (column, status) => {
      const caller = KEYS.includes(column) ? await keyHolder(column) : await person(column);
      const answer = await call(route, target, caller);
      const code: unknown = answer.body?.code;
      // A route with these columns accepts keys: only the scope or the role is insufficient.
      const isRefusedKey = KEYS.includes(column) && status === 403 && code !== undefined;
      expect([answer.status, code]).toEqual([status, isRefusedKey ? 'forbidden' : code]);
    },
  );

  if (statuses.length > PEOPLE.length) return;
  test('every key gets 403 person_required', async () => {
    const { status, body } = await call(route, target, await keyHolder('all'));
    expect([status, body.code]).toEqual([403, 'person_required']);
  });
});

async function person(role: string): Promise<Caller | undefined> {
  return role === 'anonymous' ? undefined : app.storedLogin(role as Role);
}

/** All tests share one account per column, because no key can change its own account. */
function keyHolder(column: string): Promise<Caller> {
  const holder = keyHolders.get(column) ?? newKeyHolder(column);
  keyHolders.set(column, holder);
  return holder;
}

async function newKeyHolder(column: string): Promise<Caller> {
  const scopes = column === 'all' ? SCOPES : SCOPES.filter((scope) => short(scope) === column);
  const { userId, token } = await app.apiKey(scopes);
  return { id: userId, username: uniqueName(), token };
}

/** Abbreviates `customers:read` to `c:read`. */
function short(scope: string): string {
  return scope.replace(/^(.)[a-z]*/, '$1');
}

async function call(route: string, target: string, caller: Caller | undefined): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const { body, query = '' } = REQUESTS[route]?.(caller) ?? {};
  const id = target === '-' ? '' : await idOf(path, target, caller);
  const send = { body, token: caller?.token };
  const filled = path
    .replace(':id', id)
    .replace(':key_id', path.includes(':key_id') ? await keyOf(id) : '')
    .replace(':delivery_id', path.includes(':delivery_id') ? await failedDelivery(app, id) : '');
  return app.send(method, filled + query, send);
}

async function idOf(path: string, target: string, caller: Caller | undefined): Promise<string> {
  if (target === 'missing') return randomUUID();
  const [, make] = TARGETS.find(([prefix]) => path.startsWith(prefix)) ?? [];
  if (!make) throw new Error(`TARGETS has no entry for ${path}`);
  const isOwn = target === 'own' && caller !== undefined;
  return make(isOwn ? caller : await app.storedLogin('user'), isOwn);
}

async function keyOf(of: string): Promise<string> {
  const isService = await app.query(`SELECT FROM users WHERE id = $1 AND kind = 'service'`, [of]);
  return isService.length === 0 ? randomUUID() : (await app.apiKey(SCOPES, { of })).id;
}

async function secured(owner: Caller): Promise<string> {
  return (await secure(app, owner)).id;
}

async function reachable({ id }: Caller): Promise<string> {
  await app.query(`UPDATE users SET email = $2 WHERE id = $1 AND kind = 'person'`, [
    id,
    `${uniqueName()}@example.com`,
  ]);
  return id;
}

async function newestSession({ id }: Caller): Promise<string> {
  const [row] = await app.query<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [id]);
  return row?.id ?? '';
}

/** A customer of the account, or of an admin if the account may not create customers. */
async function newCustomer({ token, username: name }: Caller): Promise<string> {
  const created = await app.post('customers', { name }, { token });
  if (created.status === 201) return String(created.body.id);
  return String((await app.post('customers', { name }, { token: known.token })).body.id);
}

async function deletedCustomer(owner: Caller): Promise<string> {
  const id = await newCustomer(owner);
  await app.delete(`customers/${id}`, { token: known.token });
  return id;
}

/** Webhooks do not belong to an account. */
async function newWebhook(): Promise<string> {
  await app.query('UPDATE webhooks SET deleted_at = now()'); // the limit is twenty
  return String((await app.post('webhooks', WEBHOOK, { token: known.token })).body.id);
}
