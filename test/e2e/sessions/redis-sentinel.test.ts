import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  onFreePort,
  type Service,
  startService,
  waitUntilReady,
} from '../../../scripts/embedded/service.ts';
import { RedisServer } from '../../faults/redis-server.ts';
import { startApp, startSecondInstance, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { patience } from '../../support/patience.ts';
import { chosenRedis, findValkey } from '../../support/redis-kinds.ts';

const kinds = [
  ['Redis', await chosenRedis()],
  ['Valkey', await findValkey()],
].filter((kind): kind is [string, string] => kind[1] !== undefined);
if (kinds.length === 1) console.warn('Valkey is not installed: its tests do not run.');

const ACL_USER = 'api';
const ACL_PASSWORD = 'Vn4kW8xQ2rT7yB1mC6zJ9pL5';
/** What the service needs of Redis, and nothing else; as in docs/operations.md. */
const ACL =
  `on >${ACL_PASSWORD} resetkeys ~{revoked}:* ~limit:* resetchannels -@all +mget +set +get +info ` +
  '+eval +evalsha +incrby +pexpire +pttl +expire +ttl +exists +hello';

/** A Sentinel that watches one master, with a quorum of itself. */
class Sentinel {
  private constructor(
    readonly address: string,
    private readonly folder: string,
    private readonly service: Service,
  ) {}

  static async watching(master: RedisServer, binary: string): Promise<Sentinel> {
    const folder = await mkdtemp(join(tmpdir(), 'customer-api-'));
    return onFreePort(async (port) => {
      const file = join(folder, 'sentinel.conf');
      const logFile = join(folder, 'sentinel.log');
      const [host, masterPort] = master.address.split(':');
      await writeFile(
        file,
        `port ${port}\nbind 127.0.0.1\nsentinel monitor main ${host} ${masterPort} 1\n` +
          'sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 5000\n',
      );
      const service = startService(binary, [file, '--sentinel'], {
        cwd: folder,
        env: { PATH: process.env.PATH },
        logFile,
        stopSignal: 'SIGTERM',
        forceSignal: 'SIGKILL',
        temporaryFolder: folder,
      });
      const address = `127.0.0.1:${port}`;
      await waitUntilReady('Sentinel', service, logFile, () => knowsReplica(address));
      return new Sentinel(address, folder, service);
    });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A Sentinel learns of replicas from the master, and fails over only to those that it knows. */
async function knowsReplica(address: string): Promise<boolean> {
  const replicas = await askOnce(address, 'SENTINEL', 'REPLICAS', 'main').catch(() => []);
  return Array.isArray(replicas) && replicas.length > 0;
}

/** Over a connection of its own: a Redis that is promoted closes all others. */
async function askOnce(address: string, ...command: string[]): Promise<unknown> {
  const socket = { reconnectStrategy: false } as const;
  const client = createClient({ url: `redis://${address}`, socket });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

async function isTrusted(app: TestApp): Promise<boolean> {
  return (await app.get('/health/ready')).body.status === 'ok';
}

describe.each(kinds)('a failover by Sentinel, with %s', (kind, binary) => {
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
    sentinel = await Sentinel.watching(master, binary);
    // The first Sentinel is gone; the second answers.
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
    return (await Promise.all(apps.map(isTrusted))).every(Boolean);
  }

  test(
    'no revoked token is accepted, no active one refused',
    async () => {
      const [one, other] = apps;
      await eventually(areTrusted, 'a Redis that both instances trust');
      const active = await one.account();
      const ended = await one.account();
      expect((await one.post('auth/logout', undefined, { token: ended.token })).status).toBe(204);
      await master.kill();
      const wrong: string[] = [];
      const judge = async (app: TestApp): Promise<void> => {
        if (!(await app.isLive(active.token))) wrong.push('active refused');
        if (await app.isLive(ended.token)) wrong.push('revoked accepted');
      };
      await eventually(async () => {
        await Promise.all(apps.map(judge));
        // The promotion closes connections, also the one that asks.
        const info = await askOnce(replica.address, 'INFO', 'replication').catch(() => '');
        return String(info).includes('role:master') && (await areTrusted());
      }, 'a new master that both instances trust');
      expect(wrong).toEqual([]);
      const later = await other.account();
      expect((await other.post('auth/logout', undefined, { token: later.token })).status).toBe(204);
      expect(await one.isLive(later.token)).toBe(false);
      expect(await askOnce(replica.address, 'KEYS', '{revoked}:*-*')).not.toEqual([]);

      const url = `${kind.toLowerCase()}://${ACL_USER}:${ACL_PASSWORD}@${replica.address}`;
      const direct = await startSecondInstance(one, { REDIS_URL: url });
      await eventually(() => isTrusted(direct), 'a new master that is trusted by its own URL');
      await direct.close();
    },
    patience(60_000),
  );
});
