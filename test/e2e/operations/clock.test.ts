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
