import { randomBytes, randomInt } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import type { Environment } from '../../src/common/config/config.js';
import { createLog } from '../../src/common/logging/log.js';
import type { Role } from '../../src/common/security/permissions.js';
import { Client } from './client.ts';
import { testConfig } from './config.ts';
import { createDatabase, dropDatabase } from './template.ts';

export const PASSWORD = 'correct horse battery staple';

export interface Account {
  id: string;
  username: string;
  token: string;
  refreshToken: string;
}

/** A running application with a database of its own; several instances can share one. */
export class TestApp extends Client {
  constructor(
    readonly app: App,
    url: string,
    readonly environment: Environment,
    readonly database: pg.Pool,
    private readonly onClose: () => Promise<void>,
  ) {
    super(url);
  }

  async query<Row = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query(sql, values)).rows as Row[];
  }

  /** A new account with the role, logged in. */
  async account(
    role: Role = 'user',
    username = `u-${randomBytes(6).toString('hex')}`,
  ): Promise<Account> {
    const registered = await this.post('auth/register', { username, password: PASSWORD });
    if (registered.status !== 201) throw new Error(`register: ${registered.text}`);
    const id = String(registered.body.id);
    await this.query('UPDATE users SET role = $2 WHERE id = $1', [id, role]);
    return { id, username, ...(await this.logIn(username)) };
  }

  async logIn(
    username: string,
    password = PASSWORD,
  ): Promise<{ token: string; refreshToken: string }> {
    const { status, body, text } = await this.post('auth/login', { username, password });
    if (status !== 200) throw new Error(`login: ${text}`);
    return { token: body.access_token, refreshToken: body.refresh_token };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.onClose();
  }
}

/** Starts an application on a new database, with Redis, and listens on a free port. */
export async function startApp(variables: Environment = {}): Promise<TestApp> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const postgresUrl = inject('postgresUrl');
  const environment = {
    DATABASE_URL: await createDatabase(postgresUrl, name),
    REDIS_URL: `${inject('redisUrl')}/${randomInt(1, 1_023)}`,
    ...variables,
  };
  const database = new pg.Pool({ connectionString: environment.DATABASE_URL, max: 5 });
  database.on('error', () => undefined);
  return listen(environment, database, async () => {
    await database.end();
    await dropDatabase(postgresUrl, name);
  });
}

/** Another instance beside the first: the same PostgreSQL and Redis. */
export function startSecondInstance(first: TestApp, variables: Environment = {}): Promise<TestApp> {
  return listen({ ...first.environment, ...variables }, first.database, () => Promise.resolve());
}

async function listen(
  environment: Environment,
  database: pg.Pool,
  onClose: () => Promise<void>,
): Promise<TestApp> {
  const config = testConfig(environment);
  const app = await createApp(config, createLog(config));
  const port = await app.listen();
  return new TestApp(app, `http://127.0.0.1:${port}`, environment, database, onClose);
}
