import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import { startTemporaryPostgres, type TemporaryPostgres } from '../../scripts/embedded/postgres.ts';
import { migrate } from '../../src/common/database/migrate.js';
import { readConfig } from '../../src/common/config/config.js';
import { ACCESS_SECRET, REFRESH_SECRET } from '../support/config.ts';
import { type NewKey, type NewSession, SessionMaker } from '../support/sessions.ts';
import { send } from './http.ts';
import { Instance } from './instance.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { RedisServer } from './redis-server.ts';
import { openPool } from '../support/pool.ts';

/** A value for each of the two instances. */
export type Pair<T> = readonly [T, T];
export const BOTH = [0, 1] as const;
export type Which = (typeof BOTH)[number];

export interface RevocableKey extends NewKey {
  adminToken: string;
}

const PASSWORD = 'correct horse battery staple';
const SESSIONS_PER_USER = 5;

interface Link {
  redis: TcpProxy;
  postgres: TcpProxy;
}

const SETTINGS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  SHUTDOWN_DELAY: '0',
  DATABASE_POOL: '10',
  RATE_LIMIT: 'off',
  JWT_ACCESS_SECRET: ACCESS_SECRET,
  JWT_REFRESH_SECRET: REFRESH_SECRET,
};

/** One PostgreSQL, one Redis, and two instances that reach each of them through their own proxy. */
export class World {
  private constructor(
    readonly postgres: TemporaryPostgres,
    readonly redis: RedisServer,
    readonly links: Pair<Link>,
    readonly instances: [Instance, Instance],
    private readonly dist: string,
    /** Bypasses the proxies. */
    readonly database: pg.Pool,
    private readonly maker: SessionMaker,
  ) {}

  static async start(dist: string): Promise<World> {
    const [postgres, redis] = await Promise.all([startTemporaryPostgres(), RedisServer.start()]);
    const config = readConfig({ ...SETTINGS, DATABASE_URL: postgres.url });
    await migrate(config);
    const link = async () => ({
      redis: await TcpProxy.to(redis.url),
      postgres: await TcpProxy.to(postgres.url),
    });
    const links = [await link(), await link()] as const;
    const database = openPool(postgres.url, 4);
    const start = (which: Which) => Instance.start(dist, environment(links[which]));
    const instances = [await start(0), await start(1)] as [Instance, Instance];
    const maker = new SessionMaker(database, config);
    return new World(postgres, redis, links, instances, dist, database, maker);
  }

  /** Kills an instance and starts a new process on the same port. @param dist another build */
  async restart(which: Which, dist = this.dist): Promise<void> {
    const { port } = this.instances[which];
    await this.instances[which].kill();
    const settings = environment(this.links[which]);
    this.instances[which] = await Instance.start(dist, settings, port);
  }

  /** Waits until both instances trust Redis. */
  async waitUntilTrusted(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.waitForRedisState('trusted')));
  }

  /** Sessions and API keys alternately. Each key has the token of an admin who can revoke it. */
  async subjects(count: number): Promise<(NewSession | RevocableKey)[]> {
    const keys = await this.maker.keys(Math.floor(count / 2));
    const sessions = await this.sessions(count - keys.length);
    const [admin] = await this.maker.users(1, { role: 'admin' });
    const [session] = await this.maker.sessions([admin?.id ?? '']);
    const adminToken = session?.token ?? '';
    return sessions.flatMap((each, at) => {
      const key = keys[at];
      return key ? [each, { ...key, adminToken }] : [each];
    });
  }

  /** Sessions in the state after a log-in. Only a few use a real log-in, because hashing is slow. */
  private async sessions(count: number, realLogIns = 2): Promise<NewSession[]> {
    const users = await this.maker.users(Math.ceil(count / SESSIONS_PER_USER));
    const owners = Array.from({ length: count - realLogIns }, (_, at) => users[at % users.length]);
    const created = await this.maker.sessions(owners.map((owner) => owner?.id ?? ''));
    return [...created, ...(await this.logIn(realLogIns))];
  }

  async close(): Promise<void> {
    this.redis.thaw();
    await Promise.all(this.instances.map((instance) => instance.kill()));
    await this.database.end();
    for (const link of this.links.flatMap(({ redis, postgres }) => [redis, postgres])) link.close();
    await Promise.all([this.redis.close(), this.postgres.stop()]);
  }

  private async logIn(count: number): Promise<NewSession[]> {
    const [user] = await this.maker.users(1, { passwordHash: await hash(PASSWORD) });
    const body = { username: user?.username, password: PASSWORD };
    return Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const { port } = this.instances[at % 2 === 0 ? 0 : 1];
        const { status, text } = await send(port, 'POST', '/api/v1/auth/login', undefined, body);
        if (status !== 200) throw new Error(`log-in: ${status} ${text}`);
        const pair = JSON.parse(text) as { access_token: string; refresh_token: string };
        const { access_token: token, refresh_token: refreshToken } = pair;
        return { id: sessionOf(token), userId: user?.id ?? '', token, refreshToken };
      }),
    );
  }
}

function environment({ redis, postgres }: Link): Record<string, string> {
  return { ...SETTINGS, DATABASE_URL: postgres.url, REDIS_URL: redis.url };
}

function sessionOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sid: string }).sid;
}
