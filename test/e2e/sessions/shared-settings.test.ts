import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';

async function checkOf(app: TestApp): Promise<unknown> {
  return (await app.get('/health/ready')).body.checks.settings;
}

describe('instances that disagree about REDIS_URL', () => {
  let withRedis: TestApp;
  let without: TestApp;
  beforeAll(async () => {
    withRedis = await startApp();
    without = await startSecondInstance(withRedis, { REDIS_URL: '', JWT_ISSUER: 'customer-api' });
    await eventually(async () => (await checkOf(withRedis)) !== undefined, 'a disagreement');
  });
  afterAll(() => withRedis.close());

  it('say so in readiness, which stays 200', async () => {
    for (const app of [withRedis, without]) {
      expect(await checkOf(app)).toEqual({ status: 'degraded', reason: 'REDIS_URL' });
      expect((await app.get('/health/ready')).status).toBe(200);
    }
  });

  it.each([
    ['the one with Redis', () => [withRedis, without] as const],
    ['the one without', () => [without, withRedis] as const],
  ])('answer a log-out of %s when the other refuses the token', async (_, order) => {
    const [here, there] = order();
    const { token } = await here.account();
    expect(await there.isActive(token)).toBe(true);
    const startedAt = performance.now();
    expect((await here.post('auth/logout', undefined, { token })).status).toBe(204);
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    expect(await there.isActive(token)).toBe(false);
  });

  it('agree again when one of them has stopped', async () => {
    await without.close();
    await eventually(async () => (await checkOf(withRedis)) === undefined, 'an agreement');
    const { token } = await withRedis.account();
    expect((await withRedis.post('auth/logout', undefined, { token })).status).toBe(204);
  });
});

describe('an instance that was killed', () => {
  it('disagrees no longer when its lease has ended', async () => {
    const app = await startApp();
    try {
      await app.query(
        `INSERT INTO instances (id, settings, seen_at)
         SELECT gen_random_uuid(), settings || '{"JWT_AUDIENCE": "another"}', seen_at - age
         FROM instances, unnest(ARRAY[interval '21 s', interval '11 s']) AS age`,
      );
      const disputed = { status: 'degraded', reason: 'JWT_AUDIENCE' };
      await eventually(async () => (await checkOf(app)) !== undefined, 'a disagreement');
      expect(await checkOf(app)).toEqual(disputed);
      await eventually(async () => (await checkOf(app)) === undefined, 'an agreement');
    } finally {
      await app.close();
    }
  });
});
