import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisServer } from '../../faults/redis-server.ts';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';
import { chosenRedis, findValkey } from '../../support/redis-kinds.ts';
import { askRedis, Sentinel } from '../../support/sentinel.ts';
import { isRedisTrusted } from '../../support/trusted-redis.ts';

const kinds = [
  ['Redis', await chosenRedis()],
  ['Valkey', await findValkey()],
].filter((kind): kind is [string, string] => kind[1] !== undefined);
if (kinds.length === 1) console.warn('Valkey is not installed: its tests do not run.');

const ACL_USER = 'api';
const ACL_PASSWORD = 'Vn4kW8xQ2rT7yB1mC6zJ9pL5';
/** The permissions that the service needs in Redis, as in docs/operations.md. */
const ACL =
  `on >${ACL_PASSWORD} resetkeys ~{revoked}:* ~limit:* resetchannels -@all +mget +set +get +info ` +
  '+eval +evalsha +incrby +pexpire +pttl +expire +ttl +exists +hello';

describe.each(kinds)('a Sentinel failover with %s', (kind, binary) => {
  let master: RedisServer;
  let replica: RedisServer;
  let sentinel: Sentinel;
  let apps: [TestApp, TestApp];
  beforeAll(async () => {
    master = await RedisServer.start({}, binary);
    replica = await RedisServer.start({ replicaof: master.address.replace(':', ' ') }, binary);
    for (const { direct } of [master, replica]) {
      await direct.sendCommand(['ACL', 'SETUSER', ACL_USER, ...ACL.split(' ')]);
    }
    sentinel = await Sentinel.start(binary, [
      `sentinel monitor main ${master.address.replace(':', ' ')} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 5000',
    ]);
    await eventually(() => sentinel.knowsReplica(), 'a replica that the Sentinel knows');
    // The first Sentinel is unreachable; the second answers.
    const hosts = `127.0.0.1:1,${sentinel.address}`;
    const variables = {
      REDIS_URL: `redis-sentinel://${ACL_USER}:${ACL_PASSWORD}@${hosts}/main`,
      RATE_LIMIT: 'on',
    };
    const first = await startApp(variables);
    apps = [first, await startSecondInstance(first)];
  }, patience(60_000));
  afterAll(async () => {
    await apps[1].close();
    await apps[0].close();
    await sentinel.stop();
    await Promise.all([master.close(), replica.close()]);
  });

  async function areTrusted(): Promise<boolean> {
    return (await Promise.all(apps.map(isRedisTrusted))).every(Boolean);
  }

  test(
    'neither accepts a revoked token nor refuses an active one',
    async () => {
      const [one, other] = apps;
      await eventually(areTrusted, 'a Redis that both instances trust');
      const active = await one.account();
      const revoked = await one.account();
      expect((await one.post('auth/logout', undefined, { token: revoked.token })).status).toBe(204);
      await master.kill();
      const wrong: string[] = [];
      const check = async (app: TestApp): Promise<void> => {
        if (!(await app.isActive(active.token))) wrong.push('active refused');
        if (await app.isActive(revoked.token)) wrong.push('revoked accepted');
      };
      await eventually(async () => {
        await Promise.all(apps.map(check));
        // The promotion closes connections, including the one of this request.
        const info = await askRedis(replica.url, 'INFO', 'replication').catch(() => '');
        return String(info).includes('role:master') && (await areTrusted());
      }, 'a new master that both instances trust');
      expect(wrong).toEqual([]);
      const later = await other.account();
      expect((await other.post('auth/logout', undefined, { token: later.token })).status).toBe(204);
      expect(await one.isActive(later.token)).toBe(false);
      expect(await askRedis(replica.url, 'KEYS', '{revoked}:*-*')).not.toEqual([]);

      const url = `${kind.toLowerCase()}://${ACL_USER}:${ACL_PASSWORD}@${replica.address}`;
      const direct = await startSecondInstance(one, { REDIS_URL: url });
      await eventually(() => isRedisTrusted(direct), 'a new master, trusted with its own URL');
      await direct.close();
    },
    patience(60_000),
  );
});
