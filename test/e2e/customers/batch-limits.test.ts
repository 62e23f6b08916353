import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ RATE_LIMIT: 'on', RATE_LIMIT_WRITE: '10/1m' });
});
afterAll(() => app.close());

/** Sends a batch of `count` creates. Returns its status and the rest of the limit. */
async function batch(token: string, count: number) {
  const operations = Array.from({ length: count }, () => ({
    method: 'create',
    body: { name: 'Ada' },
  }));
  const { status, body, headers } = await app.post('customers/batch', { operations }, { token });
  const [, left] = /r=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
  return { status, detail: body.detail, left };
}

describe('POST /customers/batch with RATE_LIMIT_WRITE', () => {
  it('counts each operation, and none if the batch is refused', async () => {
    const { token } = await app.account('user');
    expect(await batch(token, 7)).toMatchObject({ status: 200, left: '3' });
    const detail =
      'The request counts as 4, but only 3 of 10 are left. Wait, or send fewer operations.';
    expect(await batch(token, 4)).toEqual({ status: 429, left: '3', detail });
    expect(await batch(token, 3)).toMatchObject({ status: 200, left: '0' });
    expect(await batch(token, 1)).toMatchObject({ status: 429, left: '0' });
  });

  it('explains that a batch is larger than the whole limit, and counts nothing', async () => {
    const { token } = await app.account('user');
    const detail = 'The request counts as 11 of at most 10. Send fewer operations at once.';
    expect(await batch(token, 11)).toEqual({ status: 429, left: '10', detail });
    expect(await batch(token, 10)).toMatchObject({ status: 200, left: '0' });
  });
});
