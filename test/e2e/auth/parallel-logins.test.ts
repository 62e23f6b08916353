import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startApp, startSecondInstance, type TestApp } from '../../support/app.ts';

let app: TestApp;
let second: TestApp;
beforeAll(async () => {
  app = await startApp({
    RATE_LIMIT: 'on',
    RATE_LIMIT_LOGIN: '100000/1m',
    SESSIONS_PER_USER: '50',
  });
  second = await startSecondInstance(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

describe('POST /auth/login with the right password', () => {
  it('answers 200 to 16 concurrent requests at two instances from an unknown address', async () => {
    const { id, username } = await app.storedAccount();
    const body = { username, password: PASSWORD };
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => (index % 2 ? second : app).post('auth/login', body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
    const [row] = await app.query('SELECT count(*)::int FROM sessions WHERE user_id = $1', [id]);
    expect(row).toEqual({ count: 16 });
  });

  it('answers 429 during a wait, with the rest of the wait in Retry-After', async () => {
    const { username } = await app.storedAccount();
    for (let failure = 0; failure < 5; failure += 1) {
      const { status } = await app.post('auth/login', { username, password: 'wrong' });
      expect(status).toBe(401);
    }
    await app.query(`UPDATE login_attempts SET next_at = now() + interval '300 s'`);
    const refused = await app.post('auth/login', { username, password: PASSWORD });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeLessThanOrEqual(300);
    expect(seconds).toBeGreaterThan(200);
    await app.query(`UPDATE login_attempts SET next_at = now()`);
    expect((await app.post('auth/login', { username, password: PASSWORD })).status).toBe(200);
  });
});
