import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf, errorCodesOf } from '../../../scripts/openapi/operations.ts';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
  uniqueName,
} from '../../support/app.ts';
import {
  age,
  nextStep,
  otp,
  type SecuredAccount,
  secure,
  wrongOtp,
} from '../../support/authenticator.ts';
import { Contract } from '../../support/contract.ts';
import { sessionOf } from '../../support/tokens.ts';

const CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age=600';
const WEBHOOK = { url: 'https://hooks.invalid/', types: ['customer.created'] };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Act = (admin: Account) => Promise<{ status: number; body: any; headers: Headers }>; // eslint-disable-line @typescript-eslint/no-explicit-any -- as Answer

async function otherUser(role: 'user' | 'admin' = 'user'): Promise<string> {
  return (await app.storedAccount(role)).id;
}

async function customer({ token }: Account): Promise<string> {
  return String((await app.post('customers', { name: 'Ada' }, { token })).body.id);
}

async function webhook(admin: Account): Promise<string> {
  const { id } = admin;
  await app.query(`UPDATE sessions SET authenticated_at = now() WHERE user_id = $1`, [id]);
  const { body } = await app.post('webhooks', WEBHOOK, admin);
  await age(app, admin);
  return String(body.id);
}

/** Every request that needs a recent log-in, and its status with one. */
const SENSITIVE: Record<string, [status: number, act: Act]> = {
  'POST /users/me/mfa/totp': [201, (admin) => app.post('users/me/mfa/totp', undefined, admin)],
  'POST /users/me/mfa/recovery-codes': [
    404,
    (admin) => app.post('users/me/mfa/recovery-codes', undefined, admin),
  ],
  'DELETE /users/me/mfa': [404, (admin) => app.delete('users/me/mfa', admin)],
  'DELETE /users/{id}/mfa': [
    404,
    async (admin) => app.delete(`users/${await otherUser()}/mfa`, admin),
  ],
  'POST /users, an admin': [
    201,
    (admin) => app.post('users', { username: uniqueName(), role: 'admin' }, admin),
  ],
  'PATCH /users/{id}, a role': [
    200,
    async (admin) => app.patch(`users/${await otherUser()}`, { role: 'admin' }, admin),
  ],
  'PATCH /users/{id}, a status': [
    200,
    async (admin) => app.patch(`users/${await otherUser()}`, { status: 'disabled' }, admin),
  ],
  'PATCH /users/{id}, an e-mail': [
    200,
    async (admin) => {
      const email = `${uniqueName()}@example.com`;
      return app.patch(`users/${await otherUser('admin')}`, { email }, admin);
    },
  ],
  'PUT /users/{id}, a username': [
    200,
    async (admin) => app.put(`users/${await otherUser()}`, { username: uniqueName() }, admin),
  ],
  'DELETE /users/{id}': [204, async (admin) => app.delete(`users/${await otherUser()}`, admin)],
  'DELETE /users/me': [204, (admin) => app.delete('users/me', admin)],
  'POST /customers/{id}/erase': [
    204,
    async (admin) => app.post(`customers/${await customer(admin)}/erase`, undefined, admin),
  ],
  'POST /users/{id}/keys': [
    201,
    async (admin) => {
      const body = { name: 'Key', scopes: ['customers:read'] };
      return app.post(`users/${await app.storedService()}/keys`, body, admin);
    },
  ],
  'DELETE /users/{id}/keys/{key_id}': [
    204,
    async (admin) => {
      const { id, userId } = await app.apiKey(['customers:read']);
      return app.delete(`users/${userId}/keys/${id}`, admin);
    },
  ],
  'POST /webhooks': [201, (admin) => app.post('webhooks', WEBHOOK, admin)],
};

/** These create their own webhook, for which they reset the time of the log-in. */
const SENSITIVE_WEBHOOK: typeof SENSITIVE = {
  'POST /webhooks/{id}/secret': [
    200,
    async (admin) => app.post(`webhooks/${await webhook(admin)}/secret`, undefined, admin),
  ],
  'PATCH /webhooks/{id}, a URL': [
    200,
    async (admin) =>
      app.patch(`webhooks/${await webhook(admin)}`, { url: 'https://other.invalid/' }, admin),
  ],
};

describe('a sensitive request', () => {
  it.each(Object.entries({ ...SENSITIVE, ...SENSITIVE_WEBHOOK }))(
    '%s answers 401 without a recent log-in',
    async (_, [, act]) => {
      const admin = await app.account('admin');
      await age(app, admin);
      const { status, body, headers } = await act(admin);
      expect([status, body.code]).toEqual([401, 'reauthentication_required']);
      expect(headers.get('www-authenticate')).toBe(CHALLENGE);
    },
  );

  it.each(Object.entries(SENSITIVE))('%s succeeds after a step-up', async (_, [status, act]) => {
    const admin = await app.account('admin');
    await app.storedAccount('admin'); // so that the other admin is not the last one
    await age(app, admin);
    expect((await app.post('auth/step-up', { password: PASSWORD }, admin)).status).toBe(204);
    expect((await act(admin)).status).toBe(status);
  });

  it('is documented with reauthentication_required, and no other request is', () => {
    const documented = operationsOf(Contract.read().document)
      .filter((operation) => errorCodesOf(operation).includes('reauthentication_required'))
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`);
    const tested = Object.keys({ ...SENSITIVE, ...SENSITIVE_WEBHOOK }).map(
      (name) => name.replace('/users/me', '/users/{id}').split(',')[0] ?? '',
    );
    const own = (name: string) => name.replace('/users/me', '/users/{id}');
    expect(new Set(documented.map(own))).toEqual(new Set(tested));
  });

  it('does not include other requests of an admin', async () => {
    const admin = await app.account('admin');
    const id = await otherUser();
    await age(app, admin);
    const statuses = [
      (await app.patch(`users/${id}`, { name: 'Jane', role: 'user' }, admin)).status,
      (await app.post('users', { username: uniqueName() }, admin)).status,
      (await app.patch('users/me', { name: 'Me' }, admin)).status,
      (await app.delete(`users/${id}/sessions`, admin)).status,
    ];
    expect(statuses).toEqual([200, 201, 200, 204]);
  });

  it('relies on the creation time of a session that has no log-in time', async () => {
    const admin = await app.account('admin');
    await app.query('UPDATE sessions SET authenticated_at = NULL WHERE user_id = $1', [admin.id]);
    expect((await app.post('users/me/mfa/totp', undefined, admin)).status).toBe(201);
    await app.query(
      `UPDATE sessions SET created_at = now() - interval '11 min' WHERE user_id = $1`,
      [admin.id],
    );
    expect((await app.post('users/me/mfa/totp', undefined, admin)).status).toBe(401);
  });

  it('answers 401 after a refresh without a recent log-in', async () => {
    const admin = await app.account('admin');
    await age(app, admin);
    const { body } = await app.post('auth/refresh', { refresh_token: admin.refreshToken });
    const answer = await app.post('users/me/mfa/totp', undefined, { token: body.access_token });
    expect(answer.status).toBe(401);
  });
});

describe('POST /auth/step-up', () => {
  it('accepts a code or a recovery code of the second factor, and keeps the token', async () => {
    const account = await secure(app, await app.account());
    for (const body of [
      { otp: otp(account.secret) },
      { recovery_code: account.recoveryCodes[0] },
    ]) {
      await age(app, account);
      expect((await app.post('auth/step-up', body, account)).status).toBe(204);
    }
    expect((await app.post('users/me/mfa/recovery-codes', undefined, account)).status).toBe(200);
  });

  it('answers 403 for the password of an account with a second factor', async () => {
    const account = await secure(app, await app.account());
    await age(app, account);
    for (const password of [PASSWORD, 'wrong']) {
      const answer = await app.post('auth/step-up', { password }, account);
      expect([answer.status, answer.body.code]).toEqual([403, 'mfa_required']);
      expect(answer.body.detail).not.toContain('correct'); // the password is not checked
    }
    expect((await app.delete('users/me/mfa', account)).status).toBe(401);
  });

  it('answers 403 for a wrong password, and 400 for a wrong code or without a second factor', async () => {
    const account = await app.account();
    await age(app, account);
    const password = await app.post('auth/step-up', { password: 'wrong' }, account);
    expect([password.status, password.body.code]).toEqual([403, 'password_incorrect']);
    const none = await app.post('auth/step-up', { otp: '123456' }, account);
    expect([none.status, none.body.code]).toEqual([400, 'invalid_otp']);
    const { token } = account;
    expect((await app.delete('users/me', { token })).status).toBe(401);
    const secured = await secure(app, await app.account());
    const wrong = await app.post('auth/step-up', { otp: wrongOtp(secured.secret) }, secured);
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_otp']);
  });

  it('accepts a code once in twenty concurrent requests', async () => {
    const account = await secure(app, await app.account());
    const body = { otp: otp(account.secret) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.post('auth/step-up', body, account)),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  });

  it.each([
    ['nothing', {}],
    ['two proofs', { otp: '123456', password: PASSWORD }],
    ['all three', { otp: '123456', recovery_code: 'A'.repeat(24), password: PASSWORD }],
  ])('answers 400 for %s', async (_, body) => {
    const answer = await app.post('auth/step-up', body, await app.account());
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ pointer: '/otp', code: 'one_of' }]);
  });

  it('applies to its own session only', async () => {
    const account = await secure(app, await app.account());
    await nextStep(app, account);
    const body = { username: account.username, password: PASSWORD, otp: otp(account.secret) };
    const { access_token: token } = (await app.post('auth/login', body)).body;
    await age(app, account);
    const code = account.recoveryCodes[0];
    expect((await app.post('auth/step-up', { recovery_code: code }, { token })).status).toBe(204);
    expect((await app.delete('users/me/mfa', account)).status).toBe(401);
    expect((await app.delete('users/me/mfa', { token })).status).toBe(204);
  });
});

describe('POST /auth/step-up with wrong codes', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startSecondInstance(app, { RATE_LIMIT: 'on' });
  });
  afterAll(() => limited.close());

  /** An account with two sessions after a number of wrong codes in a row. */
  async function accountAfter(failures: number, wait = '0 s') {
    const account = await secure(app, await app.account());
    const { username, id, secret } = account;
    const login = { username, password: PASSWORD, otp: otp(secret) };
    const { access_token: otherToken } = (await app.post('auth/login', login)).body;
    await app.query(
      `UPDATE second_factors SET failures = $2, next_at = now() + $3::interval WHERE user_id = $1`,
      [id, failures, wait],
    );
    return { ...account, otherToken: String(otherToken) };
  }

  function guess({ secret }: SecuredAccount, token: string) {
    return limited.post('auth/step-up', { otp: wrongOtp(secret) }, { token });
  }

  const revokedOf = ({ id }: SecuredAccount) =>
    app.query(
      `SELECT s.id, s.revoked_reason AS reason, e.details FROM sessions s
       LEFT JOIN audit_events e ON e.action = 'session_ended' AND e.subject_id = s.id
       WHERE s.user_id = $1 AND s.revoked_at IS NOT NULL`,
      [id],
    );

  it('revokes the session that sends the eighth in a row, and no other', async () => {
    const account = await accountAfter(7);
    const { token, refreshToken: refresh_token, otherToken } = account;
    expect((await guess(account, token)).body.code).toBe('invalid_otp');
    expect((await guess(account, token)).body.code).toBe('invalid_token');
    expect((await app.post('auth/refresh', { refresh_token })).status).toBe(401);
    expect([await app.isActive(token), await app.isActive(otherToken)]).toEqual([false, true]);
    const reason = 'mfa_guessed';
    expect(await revokedOf(account)).toEqual([
      { id: sessionOf(token), reason, details: { reason } },
    ]);
  });

  it('lets the owner log in after a wait of 8 s at most', async () => {
    const account = await accountAfter(7);
    for (let at = 0; at < 3; at += 1) await guess(account, account.token);
    // Moves the end of the wait by the longest wait that is allowed.
    await app.query(
      `UPDATE second_factors SET next_at = next_at - interval '8 s' WHERE user_id = $1`,
      [account.id],
    );
    const { username, recoveryCodes } = account;
    const body = { username, password: PASSWORD, recovery_code: recoveryCodes[0] };
    expect((await limited.post('auth/login', body)).status).toBe(200);
  });

  it('revokes no session at the seventh, nor during a wait', async () => {
    const seventh = await accountAfter(6);
    expect((await guess(seventh, seventh.token)).body.code).toBe('invalid_otp');
    const waiting = await accountAfter(12, '1 h');
    expect((await guess(waiting, waiting.token)).body.code).toBe('rate_limited');
    for (const account of [seventh, waiting]) expect(await revokedOf(account)).toEqual([]);
  });

  it('revokes the session once for two concurrent wrong recovery codes', async () => {
    const account = await accountAfter(7);
    const { token } = account;
    const send = () => limited.post('auth/step-up', { recovery_code: 'A'.repeat(24) }, { token });
    const codes = (await Promise.all([send(), send()])).map(({ body }) => body.code);
    expect(codes).toContain('invalid_otp');
    // The other request has to wait, or finds the session revoked.
    expect(codes.filter((code) => code !== 'invalid_otp')).toHaveLength(1);
    expect(await revokedOf(account)).toMatchObject([{ id: sessionOf(token) }]);
  });
});
