import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => app.close());

/** Shifts the clock of this process, in which the application runs, but not that of PostgreSQL. */
function shiftClock(milliseconds: number): void {
  const real = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => real() + milliseconds);
}

async function clockCheck(): Promise<unknown> {
  return (await app.get('/health/ready')).body.checks.clock;
}

describe.each([
  ['behind', -8_000],
  ['ahead', 3_600_000],
])("a clock that is %s PostgreSQL's", (reason, milliseconds) => {
  it('degrades GET /health/ready, is a metric, and does not affect new tokens', async () => {
    expect(await clockCheck()).toBeUndefined();
    shiftClock(milliseconds);
    await eventually(async () => (await clockCheck()) !== undefined, 'a clock check');
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.body.checks.clock).toEqual({ status: 'degraded', reason });
    const { text } = await app.get('/metrics');
    const offset = Number(/^database_clock_offset_seconds (.*)$/m.exec(text)?.[1]);
    expect(Math.abs(offset + milliseconds / 1_000)).toBeLessThan(patience(1));

    const account = await app.account();
    expect(await app.isActive(account.token)).toBe(true);
    const refreshed = await app.post('auth/refresh', { refresh_token: account.refreshToken });
    expect(refreshed.status).toBe(200);

    vi.restoreAllMocks();
    await eventually(async () => (await clockCheck()) === undefined, 'no clock check');
  });
});

describe.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
])('a clock that is set %s', (_direction, milliseconds) => {
  it('makes no good token invalid, not even until PostgreSQL is asked again', async () => {
    const { token, refreshToken } = await app.account();
    shiftClock(milliseconds);
    const statuses = new Set<number>();
    await eventually(async () => {
      const answers = [
        await app.get('users/me', { token }),
        await app.post('auth/refresh', { refresh_token: refreshToken }),
      ];
      for (const { status } of answers) statuses.add(status);
      return answers.every(({ status }) => status === 200);
    }, 'both tokens to be accepted');
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  });
});
