import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../../src/common/security/permissions.js';
import { type Account, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import type { Answer } from '../../support/client.ts';
import { expectProblem } from '../../support/problem.ts';
import { decode, sessionOf } from '../../support/tokens.ts';

let app: TestApp;
let strict: TestApp;
beforeAll(async () => {
  app = await startApp();
  strict = await startSecondInstance(app, { REFRESH_GRACE: '0' });
});
afterAll(async () => {
  await strict.close();
  await app.close();
});

function refresh(token: string, at = app): Promise<Answer> {
  return at.post('auth/refresh', { refresh_token: token });
}

/** Moves the last refresh of the session to before the grace. */
async function passGrace(token: string): Promise<void> {
  await app.query(`UPDATE sessions SET rotated_at = rotated_at - interval '31 s' WHERE id = $1`, [
    sessionOf(token),
  ]);
}

describe('POST /auth/refresh', () => {
  test('answers with a new pair of tokens of the same session', async () => {
    const account = await app.account();
    const { status, headers, body } = await refresh(account.refreshToken);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    expect(decode(body.refresh_token).claims).toMatchObject({
      sid: sessionOf(account.refreshToken),
      gen: 2,
      exp: decode(account.refreshToken).claims['exp'],
    });
    expect(decode(body.access_token).claims['jti']).not.toBe(decode(account.token).claims['jti']);
    expect(await app.isActive(body.access_token)).toBe(true);
    expect(await app.isActive(account.token)).toBe(true);
  });

  test('accepts the token as Bearer, but prefers the one in the body', async () => {
    const [one, other] = [await app.account(), await app.account()];
    const asBearer = await app.post('auth/refresh', undefined, { token: one.refreshToken });
    expect(asBearer.status).toBe(200);
    const both = { token: one.refreshToken };
    const inBody = await app.post('auth/refresh', { refresh_token: other.refreshToken }, both);
    expect(sessionOf(inBody.body.access_token)).toBe(sessionOf(other.token));
    const bad = await app.post('auth/refresh', { refresh_token: 'nonsense' }, both);
    expectProblem(bad, 401, 'invalid_token');
  });

  test('answers 401 without a token or with one that is not a string, and 400 for an unknown field', async () => {
    expectProblem(await app.post('auth/refresh'), 401, 'unauthenticated');
    expectProblem(await app.post('auth/refresh', {}), 401, 'unauthenticated');
    expectProblem(await app.post('auth/refresh', { refresh_token: null }), 401, 'unauthenticated');
    for (const value of [5, '', [], {}, true, 'x'.repeat(5_000)]) {
      expectProblem(await app.post('auth/refresh', { refresh_token: value }), 401, 'invalid_token');
    }
    const { refreshToken } = await app.account();
    const extra = await app.post('auth/refresh', { refresh_token: refreshToken, scope: 'all' });
    expectProblem(extra, 400, 'validation_failed');
  });

  test('answers 401 to an access token', async () => {
    const { token } = await app.account();
    expectProblem(await refresh(token), 401, 'invalid_token');
    expectProblem(await app.post('auth/refresh', undefined, { token }), 401, 'invalid_token');
  });

  test('puts the current role of the user into the access token', async () => {
    const { id, refreshToken } = await app.account('user');
    await app.query(`UPDATE users SET role = 'viewer' WHERE id = $1`, [id]);
    const { body } = await refresh(refreshToken);
    expect(decode(body.access_token).claims['role']).toBe('viewer');
  });
});

describe('POST /auth/refresh answers 401 to a token', () => {
  const invalidations: [string, (account: Account) => Promise<unknown>][] = [
    ['of a revoked session', ({ token }) => app.post('auth/logout', undefined, { token })],
    [
      'of an expired session',
      ({ id }) => app.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [id]),
    ],
    ['of a purged session', ({ id }) => app.query('DELETE FROM sessions WHERE user_id = $1', [id])],
    ['of a deleted user', ({ id }) => app.query('DELETE FROM users WHERE id = $1', [id])],
    [
      'of a disabled user',
      ({ id }) => app.query(`UPDATE users SET status = 'disabled' WHERE id = $1`, [id]),
    ],
  ];
  test.each(invalidations)('%s', async (_, invalidate) => {
    const account = await app.account();
    await invalidate(account);
    expectProblem(await refresh(account.refreshToken), 401, 'invalid_token');
  });

  test('newer than its session, as after a restored backup, and revokes nothing', async () => {
    const { id, token, refreshToken } = await app.account();
    const ahead = (await refresh(refreshToken)).body.refresh_token;
    await app.query('UPDATE sessions SET generation = 1 WHERE user_id = $1', [id]);
    expectProblem(await refresh(ahead), 401, 'invalid_token');
    expect(await app.isActive(token)).toBe(true);
    expect((await refresh(refreshToken)).status).toBe(200);
  });
});

describe('POST /auth/refresh with a used token within the grace', () => {
  test('answers 200 to twenty concurrent requests, all with the same refresh token', async () => {
    const { id, refreshToken } = await app.account();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(20);
    const rows = await app.query('SELECT generation FROM sessions WHERE user_id = $1', [id]);
    expect(rows).toEqual([{ generation: 2 }]);
    for (const { body } of answers) expect(await app.isActive(body.access_token)).toBe(true);
  });

  test('returns the same successor again after a lost answer', async () => {
    const { refreshToken } = await app.account();
    const lost = (await refresh(refreshToken)).body.refresh_token;
    const found = (await refresh(refreshToken)).body.refresh_token;
    expect(found).toBe(lost);
    expect((await refresh(found)).status).toBe(200);
  });

  test('returns the role of each account', async () => {
    const accounts = await Promise.all(ROLES.map((role) => app.account(role)));
    for (const { token, refreshToken } of accounts) {
      await refresh(refreshToken);
      const { body } = await refresh(refreshToken);
      const { sub, sid, role } = decode(token).claims;
      expect(decode(body.access_token).claims).toMatchObject({ sub, sid, role });
    }
  });

  test.each([
    ['session', 'UPDATE sessions SET expires_at = now() WHERE user_id = $1'],
    ['account', `UPDATE users SET status = 'disabled' WHERE id = $1`],
  ])('answers 401 if the %s is no longer valid', async (_, invalidate) => {
    const { id, refreshToken } = await app.account();
    await refresh(refreshToken);
    await app.query(invalidate, [id]);
    expectProblem(await refresh(refreshToken), 401, 'invalid_token');
  });

  test('returns the newest token itself with a new access token, and does not rotate', async () => {
    const { id, refreshToken } = await app.account();
    const first = (await refresh(refreshToken)).body;
    const again = (await refresh(first.refresh_token)).body;
    expect(again.refresh_token).toBe(first.refresh_token);
    expect(again.access_token).not.toBe(first.access_token);
    expect(await app.isActive(again.access_token)).toBe(true);
    expect((await refresh(refreshToken)).body.refresh_token).toBe(first.refresh_token);
    const rows = await app.query('SELECT generation FROM sessions WHERE user_id = $1', [id]);
    expect(rows).toEqual([{ generation: 2 }]);
  });

  test('keeps five restored tabs logged in while they refresh repeatedly', async () => {
    const { token, refreshToken } = await app.account();
    const tabs = Array.from({ length: 5 }, () => refreshToken);
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(tabs.map((known) => refresh(known)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      tabs.splice(0, 2, ...answers.slice(0, 2).map(({ body }) => body.refresh_token));
    }
    expect(await app.isActive(token)).toBe(true);
  });

  test('answers 401 and revokes the session for a token two generations old', async () => {
    const { token, refreshToken } = await app.account();
    const second = (await refresh(refreshToken)).body.refresh_token;
    await passGrace(refreshToken);
    expect((await refresh(second)).status).toBe(200);
    expectProblem(await refresh(refreshToken), 401, 'refresh_token_reused');
    expect(await app.isActive(token)).toBe(false);
  });
});

describe('POST /auth/refresh with a used token after the grace', () => {
  test('revokes the session for thief and owner, and is audited once', async () => {
    const { id, token, refreshToken } = await app.account();
    const stolen = (await refresh(refreshToken)).body;
    await passGrace(refreshToken);
    expectProblem(await refresh(refreshToken), 401, 'refresh_token_reused');
    expect(await app.isActive(token)).toBe(false);
    expect(await app.isActive(stolen.access_token)).toBe(false);
    expectProblem(await refresh(stolen.refresh_token), 401, 'invalid_token');
    expectProblem(await refresh(refreshToken), 401, 'invalid_token');
    const events = await app.query(
      `SELECT outcome, actor_id, subject_type, subject_id, ip FROM audit_events
       WHERE action = 'refresh_reused' AND subject_id = $1`,
      [sessionOf(token)],
    );
    expect(events).toEqual([
      {
        outcome: 'failure',
        actor_id: id,
        subject_type: 'session',
        subject_id: sessionOf(token),
        ip: '127.0.0.1',
      },
    ]);
    const [row] = await app.query('SELECT revoked_reason FROM sessions WHERE user_id = $1', [id]);
    expect(row).toEqual({ revoked_reason: 'refresh_reused' });
  });

  test('does not revoke the other sessions of the user', async () => {
    const { username, refreshToken } = await app.account();
    const other = await app.logIn(username);
    await refresh(refreshToken);
    await passGrace(refreshToken);
    expectProblem(await refresh(refreshToken), 401, 'refresh_token_reused');
    expect(await app.isActive(other.token)).toBe(true);
  });

  test('revokes the session at the second use with REFRESH_GRACE=0', async () => {
    const { token, refreshToken } = await app.account();
    expect((await refresh(refreshToken, strict)).status).toBe(200);
    expectProblem(await refresh(refreshToken, strict), 401, 'refresh_token_reused');
    expect(await app.isActive(token)).toBe(false);
  });

  test('answers 200 to one of twenty concurrent requests with REFRESH_GRACE=0, and revokes the session', async () => {
    const { id, token, refreshToken } = await app.account();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(refreshToken, strict)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer.status).toBe(401);
      expect(['refresh_token_reused', 'invalid_token']).toContain(answer.body.code);
    }
    expect(await app.isActive(token)).toBe(false);
    const rows = await app.query('SELECT generation FROM sessions WHERE user_id = $1', [id]);
    expect(rows).toEqual([{ generation: 2 }]);
  });
});
