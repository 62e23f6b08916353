import type { DatabaseClock } from '../../src/common/database/database-clock.js';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type SessionState, Tokens } from '../../src/sessions/tokens.js';
import { hashOf, newApiKey, prefixOf } from '../../src/sessions/api-keys/api-key.js';
import type { Config } from '../../src/common/config/config.js';
import type { Role } from '../../src/common/security/permissions.js';

/** A session in the state after a log-in, created without hashing a password. */
export interface NewSession {
  id: string;
  userId: string;
  token: string;
  refreshToken: string;
}

/** An API key. `token` is the key. */
export type NewKey = Omit<NewSession, 'refreshToken'>;

/** Inserts accounts and sessions directly into the database, for tests that need many of them. */
export class SessionMaker {
  private readonly tokens: Tokens;

  constructor(
    private readonly database: pg.Pool,
    config: Config,
  ) {
    this.tokens = new Tokens(config, { certainNow: () => Date.now() } as DatabaseClock);
  }

  async users(
    count: number,
    { role = 'user', passwordHash = null }: { role?: Role; passwordHash?: string | null } = {},
  ): Promise<{ id: string; username: string }[]> {
    const names = Array.from({ length: count }, () => `u-${randomBytes(8).toString('hex')}`);
    const { rows } = await this.database.query<{ id: string; username: string }>(
      `INSERT INTO users (username, role, password_hash)
       SELECT name, $2, $3 FROM unnest($1::text[]) AS name RETURNING id, username`,
      [names, role, passwordHash],
    );
    return rows;
  }

  /** Creates one session for each entry. An owner may occur several times. */
  async sessions(owners: readonly string[]): Promise<NewSession[]> {
    const { rows } = await this.database.query<SessionState>(
      `WITH new AS (
         INSERT INTO sessions (user_id, expires_at)
         SELECT owner, now() + interval '1 hour' FROM unnest($1::uuid[]) AS owner RETURNING *)
       SELECT new.id, user_id AS "userId", role, generation, rotated_at AS "rotatedAt",
         expires_at AS "expiresAt", now()::timestamptz(3) AS now
       FROM new JOIN users ON users.id = user_id`,
      [owners],
    );
    return rows.map((row) => {
      const { access_token: token, refresh_token: refreshToken } = this.tokens.issue(row);
      return { id: row.id, userId: row.userId, token, refreshToken };
    });
  }

  /** Creates keys, each for a new service account. */
  async keys(count: number): Promise<NewKey[]> {
    const tokens = Array.from({ length: count }, newApiKey);
    const { rows } = await this.database.query<{ id: string; userId: string; hash: string }>(
      `WITH accounts AS (
         INSERT INTO users (kind, username, role)
         SELECT 'service', 'u-' || left(hash, 16), 'user' FROM unnest($1::text[]) AS hash
         RETURNING id, username)
       INSERT INTO sessions (kind, user_id, key_name, key_prefix, key_hash, scopes, expires_at)
       SELECT 'key', accounts.id, 'Test', prefix, decode(hash, 'hex'), ARRAY['users:read'],
         now() + interval '1 hour'
       FROM unnest($1::text[], $2::text[]) AS keys (hash, prefix)
       JOIN accounts ON username = 'u-' || left(hash, 16)
       RETURNING id, user_id AS "userId", encode(key_hash, 'hex') AS hash`,
      [tokens.map(hashOf), tokens.map(prefixOf)],
    );
    const byHash = new Map(tokens.map((token) => [hashOf(token), token]));
    return rows.map(({ id, userId, hash }) => ({ id, userId, token: byHash.get(hash) ?? '' }));
  }
}
