import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Account,
  PASSWORD,
  startApp,
  startSecondInstance,
  type TestApp,
} from '../../support/app.ts';
import { expectInvalid, expectProblem } from '../../support/problem.ts';
import { sessionOf } from '../../support/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function listedIds({ token }: Pick<Account, 'token'>, path = 'auth/sessions') {
  const { status, body } = await app.get(path, { token });
  expect(status).toBe(200);
  return (body.data as { id: string }[]).map(({ id }) => id);
}

describe('GET /auth/sessions', () => {
  test("lists the caller's active sessions, newest first, and marks the current one", async () => {
    const first = await app.account();
    const second = await app.logIn(first.username);
    const revoked = await app.logIn(first.username);
    await app.post('auth/logout', undefined, { token: revoked.token });
    const expired = await app.logIn(first.username);
    await app.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [
      sessionOf(expired.token),
    ]);
    await app.account();
    const { status, headers, body } = await app.get('auth/sessions', { token: first.token });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBeNull();
    expect(body.page).toEqual({ limit: 20, has_more: false, next_cursor: null });
    expect(body.data).toEqual(
      [second.token, first.token].map((token) => ({
        id: sessionOf(token),
        created_at: expect.stringMatching(/Z$/),
        last_used_at: expect.stringMatching(/Z$/),
        expires_at: expect.stringMatching(/Z$/),
        ip: '127.0.0.1',
        user_agent: 'node',
        current: token === first.token,
      })),
    );
    const [{ created_at: start, expires_at: end }] = body.data;
    expect(Date.parse(end) - Date.parse(start)).toBe(30 * 86_400_000);
  });

  test('returns the time of the last refresh as last_used_at', async () => {
    const { token, refreshToken } = await app.account();
    await app.query(
      `UPDATE sessions SET created_at = now() - interval '1 h', last_used_at = now() - interval '1 h' WHERE id = $1`,
      [sessionOf(token)],
    );
    await app.post('auth/refresh', { refresh_token: refreshToken });
    const [session] = (await app.get('auth/sessions', { token })).body.data;
    expect(Date.parse(session.last_used_at)).toBeGreaterThan(Date.parse(session.created_at));
  });

  test('supports limit, cursor, Link and count', async () => {
    const account = await app.account();
    for (let more = 0; more < 4; more += 1) await app.logIn(account.username);
    const send = { token: account.token };
    const first = await app.get('auth/sessions?limit=3&count=exact', send);
    expect(first.body.page).toEqual({
      limit: 3,
      has_more: true,
      next_cursor: expect.any(String),
      total: 5,
    });
    const link = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await app.get(link, send);
    expect(second.body.page).toMatchObject({ limit: 3, has_more: false, total: 5 });
    const ids = [...first.body.data, ...second.body.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    const other = await app.account();
    const ofOther = await app.get(link, { token: other.token });
    expectInvalid(ofOther, { cursor: 'format' });
    expectInvalid(await app.get('auth/sessions?sort=ip', send), { sort: 'unknown_field' });
  });
});

describe('DELETE /auth/sessions/{id}', () => {
  test('revokes another session of the account', async () => {
    const account = await app.account();
    const other = await app.logIn(account.username);
    const path = `auth/sessions/${sessionOf(other.token).toUpperCase()}`;
    expect((await app.delete(path, { token: account.token })).status).toBe(204);
    expect(await app.isActive(other.token)).toBe(false);
    expect(await app.isActive(account.token)).toBe(true);
    expectProblem(await app.delete(path, { token: account.token }), 404, 'not_found');
    const events = await app.query(
      `SELECT action, outcome, actor_id FROM audit_events WHERE subject_id = $1 AND action <> 'login'`,
      [sessionOf(other.token)],
    );
    expect(events).toEqual([{ action: 'session_ended', outcome: 'success', actor_id: account.id }]);
  });

  test('revokes the current session', async () => {
    const { token } = await app.account();
    expect((await app.delete(`auth/sessions/${sessionOf(token)}`, { token })).status).toBe(204);
    expect(await app.isActive(token)).toBe(false);
  });

  test('answers 404 for a session of another account, also to an admin', async () => {
    const [user, admin] = [await app.account(), await app.account('admin')];
    for (const id of [sessionOf(user.token), randomUUID()]) {
      const answer = await app.delete(`auth/sessions/${id}`, { token: admin.token });
      expectProblem(answer, 404, 'not_found');
    }
    expect(await app.isActive(user.token)).toBe(true);
  });

  test.each(['me', '1', '01890a5d-ac96-774b-bcce-b302099a805', "'%20OR%201=1"])(
    'answers 400 for the id %s',
    async (id) => {
      const { token } = await app.account();
      expectInvalid(await app.delete(`auth/sessions/${id}`, { token }), { id: 'format' });
    },
  );
});

describe('GET and DELETE /users/{id}/sessions', () => {
  test('list the sessions for their owner and for admins, for whom none is current', async () => {
    const [user, admin] = [await app.account(), await app.account('admin')];
    const ids = [sessionOf(user.token)];
    expect(await listedIds(user, 'users/me/sessions')).toEqual(ids);
    expect(await listedIds(user, `users/${user.id}/sessions`)).toEqual(ids);
    expect(await listedIds(admin, `users/${user.id}/sessions`)).toEqual(ids);
    const { data } = (await app.get(`users/${user.id}/sessions`, { token: admin.token })).body;
    expect(data[0].current).toBe(false);
  });

  test('revoke all sessions of the user for an admin, and no others', async () => {
    const [user, admin] = [await app.account(), await app.account('admin')];
    const second = await app.logIn(user.username);
    const path = `users/${user.id}/sessions`;
    expect((await app.delete(path, { token: admin.token })).status).toBe(204);
    expect(await app.isActive(user.token)).toBe(false);
    expect(await app.isActive(second.token)).toBe(false);
    expect(await app.isActive(admin.token)).toBe(true);
    expect((await app.delete(path, { token: admin.token })).status).toBe(204);
    const refresh = await app.post('auth/refresh', { refresh_token: user.refreshToken });
    expectProblem(refresh, 401, 'invalid_token');
  });

  test('revoke all sessions for their owner, including the current one', async () => {
    const user = await app.account();
    expect((await app.delete('users/me/sessions', { token: user.token })).status).toBe(204);
    expect(await app.isActive(user.token)).toBe(false);
  });
});

describe('SESSIONS_PER_USER', () => {
  test('revokes the oldest sessions immediately', async () => {
    const capped = await startSecondInstance(app, { SESSIONS_PER_USER: '3' });
    try {
      const { username } = await app.storedAccount();
      const sessions = [];
      for (let at = 0; at < 5; at += 1) sessions.push(await capped.logIn(username));
      const areActive = await Promise.all(sessions.map(({ token }) => app.isActive(token)));
      expect(areActive).toEqual([false, false, true, true, true]);
      const reasons = await app.query(
        `SELECT DISTINCT revoked_reason FROM sessions JOIN users u ON u.id = user_id
         WHERE username = $1 AND revoked_at IS NOT NULL`,
        [username],
      );
      expect(reasons).toEqual([{ revoked_reason: 'session_limit' }]);
    } finally {
      await capped.close();
    }
  });

  describe('with a limit of 2', () => {
    let capped: TestApp;
    beforeAll(async () => {
      capped = await startSecondInstance(app, { SESSIONS_PER_USER: '2' });
    });
    afterAll(() => capped.close());

    test('does not count expired sessions', async () => {
      const { id, username } = await app.storedAccount();
      const first = await capped.logIn(username);
      await app.query(
        `INSERT INTO sessions (user_id, created_at, expires_at)
         SELECT $1, now() + n * interval '1 second', now() - interval '1 second'
         FROM generate_series(1, 2) AS n`,
        [id],
      );
      const second = await capped.logIn(username);
      const areActive = await Promise.all([first, second].map(({ token }) => app.isActive(token)));
      expect(areActive).toEqual([true, true]);
    });

    test('does not count revoked sessions', async () => {
      const { username } = await app.storedAccount();
      const first = await capped.logIn(username);
      await capped.post('auth/logout', undefined, await capped.logIn(username));
      const third = await capped.logIn(username);
      const areActive = await Promise.all([first, third].map(({ token }) => app.isActive(token)));
      expect(areActive).toEqual([true, true]);
    });

    test('limits concurrent log-ins', async () => {
      const { username } = await app.storedAccount();
      const body = { username, password: PASSWORD };
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => capped.post('auth/login', body)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
      const areActive = await Promise.all(
        answers.map(({ body }) => app.isActive(body.access_token)),
      );
      expect(areActive.filter(Boolean)).toHaveLength(2);
    });
  });
});
