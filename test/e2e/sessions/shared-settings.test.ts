import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';

async function checkOf(app: TestApp): Promise<unknown> {
  return (await app.get('/health/ready')).body.checks.settings;
}

describe('instances with different values of REDIS_URL', () => {
  let withRedis: TestApp;
  let without: TestApp;
  beforeAll(async () => {
    withRedis = await startApp();
    without = await startSecondInstance(withRedis, { REDIS_URL: '', JWT_ISSUER: 'customer-api' });
    await eventually(
      async () => (await checkOf(withRedis)) !== undefined,
      'a difference of settings',
    );
  });
  afterAll(() => withRedis.close());

  it('report it in GET /health/ready, which answers 200', async () => {
    for (const app of [withRedis, without]) {
      expect(await checkOf(app)).toEqual({ status: 'degraded', reason: 'REDIS_URL' });
      expect((await app.get('/health/ready')).status).toBe(200);
    }
  });

  it.each([
    ['with Redis', () => [withRedis, without] as const],
    ['without', () => [without, withRedis] as const],
  ])(
    'answer POST /auth/logout at the instance %s only once the other refuses the token',
    async (_, order) => {
      const [here, there] = order();
      const { token } = await here.account();
      expect(await there.isActive(token)).toBe(true);
      const startedAt = performance.now();
      expect((await here.post('auth/logout', undefined, { token })).status).toBe(204);
      expect(performance.now() - startedAt).toBeGreaterThan(2_000);
      expect(await there.isActive(token)).toBe(false);
    },
  );

  it('report nothing once one of them has stopped', async () => {
    await without.close();
    await eventually(async () => (await checkOf(withRedis)) === undefined, 'equal settings');
    const { token } = await withRedis.account();
    expect((await withRedis.post('auth/logout', undefined, { token })).status).toBe(204);
  });
});

describe('a killed instance with different settings', () => {
  it('is reported until its lease expires', async () => {
    const app = await startApp();
    try {
      await app.query(
        `INSERT INTO instances (id, settings, seen_at)
         SELECT gen_random_uuid(), settings || '{"JWT_AUDIENCE": "another", "REFRESH_TOKEN_TTL": 1}', seen_at - age
         FROM instances, unnest(ARRAY[interval '21 s', interval '11 s']) AS age`,
      );
      const difference = { status: 'degraded', reason: 'JWT_AUDIENCE,REFRESH_TOKEN_TTL' };
      await eventually(async () => (await checkOf(app)) !== undefined, 'a difference of settings');
      expect(await checkOf(app)).toEqual(difference);
      await eventually(async () => (await checkOf(app)) === undefined, 'equal settings');
    } finally {
      await app.close();
    }
  });
});
