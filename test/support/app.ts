import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import { inject } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import type { Environment, PasswordCost } from '../../src/common/config/config.js';
import { createLog } from '../../src/common/logging/log.js';
import { type Role, type Scope, SCOPES } from '../../src/common/security/permissions.js';
import { hashOf, newApiKey, prefixOf } from '../../src/sessions/api-keys/api-key.js';
import { behindPgBouncer } from './behind-pgbouncer.ts';
import { Client } from './client.ts';
import { FAST, testConfig } from './config.ts';
import { SessionMaker } from './sessions.ts';
import { openPool } from './pool.ts';
import { newRedisDatabase } from './redis-database.ts';
import { createDatabase, dropDatabase } from './template.ts';

export const PASSWORD = 'correct horse battery staple';
let passwordHash: Promise<string> | undefined;

export function uniqueName(): string {
  return `u-${randomBytes(6).toString('hex')}`;
}

export interface Account {
  id: string;
  username: string;
  token: string;
  refreshToken: string;
}

export interface TestKey {
  id: string;
  userId: string;
  token: string;
}

/** A running application with its own database, which several instances can share. */
export class TestApp extends Client {
  private sessions: SessionMaker | undefined;

  constructor(
    readonly app: App,
    url: string,
    readonly environment: Environment,
    readonly passwordCost: PasswordCost | undefined,
    readonly database: pg.Pool,
    private readonly onClose: () => Promise<void>,
  ) {
    super(url);
  }

  /** The URL with which the application connects. */
  get databaseUrl(): string {
    return this.environment.DATABASE_URL ?? '';
  }

  /** The URL of PostgreSQL itself, even if the application connects through PgBouncer. */
  get directUrl(): string {
    return this.database.options.connectionString ?? '';
  }

  async query<Row = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query(sql, values)).rows as Row[];
  }

  /** Creates an account with the role and logs in. Its password is {@link PASSWORD}. */
  async account(role: Role = 'user', username = uniqueName()): Promise<Account> {
    return { ...(await this.storedAccount(role, username)), ...(await this.logIn(username)) };
  }

  /** Inserts an account that has not logged in. Works even if registration is closed. */
  async storedAccount(
    role: Role = 'user',
    username = uniqueName(),
  ): Promise<{ id: string; username: string }> {
    passwordHash ??= hash(PASSWORD, FAST);
    const [row] = await this.query<{ id: string }>(
      'INSERT INTO users (username, role, password_hash) VALUES ($1, $2, $3) RETURNING id',
      [username, role, await passwordHash],
    );
    return { id: row?.id ?? '', username };
  }

  /** Inserts an account in the state after a log-in, for tests that need hundreds of them. */
  async storedLogin(role: Role): Promise<Account> {
    const { id, username } = await this.storedAccount(role);
    this.sessions ??= new SessionMaker(this.database, testConfig(this.environment));
    const [{ token, refreshToken } = { token: '', refreshToken: '' }] =
      await this.sessions.sessions([id]);
    return { id, username, token, refreshToken };
  }

  /** Inserts a service account. Works even if there is no admin. */
  async storedService(role: Role = 'user', username = uniqueName()): Promise<string> {
    const [row] = await this.query<{ id: string }>(
      `INSERT INTO users (kind, username, role) VALUES ('service', $1, $2) RETURNING id`,
      [username, role],
    );
    return row?.id ?? '';
  }

  /** Inserts an API key for an account, by default a new service account. `token` is the key. */
  async apiKey(
    scopes: readonly Scope[] = SCOPES,
    { role = 'user', of }: { role?: Role; of?: string } = {},
  ): Promise<TestKey> {
    const userId = of ?? (await this.storedService(role));
    const token = newApiKey();
    const [row] = await this.query<{ id: string }>(
      `INSERT INTO sessions (kind, user_id, key_name, key_prefix, key_hash, scopes, expires_at)
       VALUES ('key', $1, 'Test', $2, decode($3, 'hex'), $4, now() + interval '1 day')
       RETURNING id`,
      [userId, prefixOf(token), hashOf(token), scopes],
    );
    return { id: row?.id ?? '', userId, token };
  }

  async logIn(
    username: string,
    password = PASSWORD,
  ): Promise<{ token: string; refreshToken: string }> {
    const body = { username, password };
    const { data, error } = await this.api().POST('/api/v1/auth/login', { body });
    if (!data) throw new Error(`login: ${JSON.stringify(error)}`);
    return { token: data.access_token, refreshToken: data.refresh_token };
  }

  /** Whether the access token is accepted. Throws for any status other than 200 and 401. */
  async isActive(token: string): Promise<boolean> {
    const { status, text } = await this.get('users/me', { token });
    if (status !== 200 && status !== 401) throw new Error(`users/me: ${text}`);
    return status === 200;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.onClose();
  }
}

/**
 * Starts an application on a new database, with Redis, and listens on a free port.
 *
 * @param passwordCost the production cost, for tests about password hashes
 */
export async function startApp(
  variables: Environment = {},
  passwordCost?: PasswordCost,
): Promise<TestApp> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const postgresUrl = inject('postgresUrl');
  const settings = {
    DATABASE_URL: await createDatabase(postgresUrl, name),
    ...variables,
    REDIS_URL: variables['REDIS_URL'] ?? (await newRedisDatabase()),
  };
  const environment = behindPgBouncer(settings);
  const database = openPool(settings.DATABASE_URL, 5);
  const onClose = async (): Promise<void> => {
    await database.end();
    await dropDatabase(postgresUrl, name);
  };
  return listen(environment, passwordCost, database, onClose);
}

/** Starts another instance with the PostgreSQL and Redis of the first. */
export function startSecondInstance(first: TestApp, variables: Environment = {}): Promise<TestApp> {
  const { database, environment, passwordCost } = first;
  return listen({ ...environment, ...variables }, passwordCost, database, () => Promise.resolve());
}

async function listen(
  environment: Environment,
  passwordCost: PasswordCost | undefined,
  database: pg.Pool,
  onClose: () => Promise<void>,
): Promise<TestApp> {
  const config = testConfig(environment, passwordCost);
  const app = await createApp(config, createLog(config));
  const port = await app.listen();
  const url = `http://127.0.0.1:${port}`;
  return new TestApp(app, url, environment, passwordCost, database, onClose);
}
