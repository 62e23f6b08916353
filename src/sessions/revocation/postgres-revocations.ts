import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../../common/config/config.js';
import { openPool } from '../../common/database/data-source.js';
import { isUnavailable } from '../../common/database/database-errors.js';
import { retryRead } from '../../common/database/retry-read.js';
import type { Role, Scope } from '../../common/security/permissions.js';

/** Connections for the session check. Requests that wait for the large pool do not delay it. */
const CHECK_POOL = 4;

export interface RevokedSession {
  id: string;
  /** Milliseconds since it was revoked, by PostgreSQL's clock. */
  age: number;
}

/** An API key that is active or was; times in milliseconds since the epoch, by PostgreSQL's clock. */
export interface FoundKey {
  /** SHA-256 of the key in hexadecimal digits. */
  hash: string;
  keyId: string;
  userId: string;
  role: Role;
  scopes: Scope[];
  expiresAt: number;
  now: number;
  isActive: boolean;
}

export interface DatabaseActivity {
  /** PostgreSQL's clock, in milliseconds since the epoch. */
  now: number;
  /**
   * For how many milliseconds the oldest transaction is open that has written anything. Only requests
   * revoke: the pools with a purpose, such as exports, do not count.
   */
  openFor: number;
  /** Whether PostgreSQL hides transactions of other roles, so that `openFor` may be too short. */
  isPartlyHidden: boolean;
}

/** Where a read of the revoked sessions begins. All times are in milliseconds. */
export interface ReadStart {
  /** What PostgreSQL's clock showed at the last read, since the epoch. */
  lastNow: number;
  /** The time since that read by the monotonic clock here. */
  elapsed: number;
  /** How much further the read looks back. */
  further: number;
}

/**
 * The statements of the session check. They are apart from `SessionsRepository`, since they have
 * connections of their own: requests that use up all others must not stop the check.
 */
@Injectable()
export class PostgresRevocations {
  private readonly checkPool: pg.Pool;
  private readonly readPool: pg.Pool;
  private hidesTimeline = false;

  constructor(@Inject(CONFIG) config: Config) {
    this.checkPool = newPool(config, CHECK_POOL);
    this.readPool = newPool(config, 1);
  }

  /** Opens the connections before the first loss of Redis needs them. */
  async connect(): Promise<void> {
    const clients = await Promise.allSettled(
      Array.from({ length: CHECK_POOL }, () => this.checkPool.connect()),
    );
    for (const client of clients) if (client.status === 'fulfilled') client.value.release();
  }

  async isActive(sessionId: string): Promise<boolean> {
    const { rowCount } = await retryRead(() =>
      this.checkPool.query({
        name: 'session-is-active',
        text: `SELECT FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
        values: [sessionId],
      }),
    );
    return rowCount === 1;
  }

  /** Those of the keys that exist, in no order. @param hashes see {@link FoundKey} */
  async findKeys(hashes: readonly string[]): Promise<FoundKey[]> {
    const { rows } = await retryRead(() =>
      this.checkPool.query<FoundKey>({
        name: 'sessions-of-keys',
        text: `SELECT encode(s.key_hash, 'hex') AS hash, s.id AS "keyId", s.user_id AS "userId", u.role, s.scopes,
                 (extract(epoch FROM s.expires_at) * 1000)::float8 AS "expiresAt",
                 (extract(epoch FROM now()) * 1000)::float8 AS now,
                 coalesce(s.revoked_at IS NULL AND s.expires_at > now()
                   AND u.status = 'active' AND u.kind = 'service', false) AS "isActive"
               FROM sessions s LEFT JOIN users u ON u.id = s.user_id
               WHERE s.key_hash = ANY ($1::bytea[])`,
        values: [hashes.map((hash) => Buffer.from(hash, 'hex'))],
      }),
    );
    return rows;
  }

  /** What PostgreSQL's clock shows, and how long its oldest open transaction takes already. */
  async readActivity(): Promise<DatabaseActivity> {
    const { rows } = await retryRead(() =>
      this.readPool.query<DatabaseActivity>({
        name: 'database-activity',
        text: `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
                 (coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)
                   FILTER (WHERE backend_xid IS NOT NULL)), 0) * 1000)::float8 AS "openFor",
                 coalesce(bool_or(query = '<insufficient privilege>'), false) AS "isPartlyHidden"
               FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()
                 AND application_name NOT LIKE 'customer-api-%'`,
      }),
    );
    const [activity] = rows;
    if (!activity) throw new Error('PostgreSQL returned no row');
    return activity;
  }

  /**
   * The timeline of PostgreSQL's write-ahead log. It is another one after a standby was promoted or a
   * backup was restored: then the last revocations may be lost.
   *
   * @returns undefined where PostgreSQL does not tell, such as some managed services
   */
  async timeline(): Promise<string | undefined> {
    if (this.hidesTimeline) return undefined;
    try {
      const { rows } = await retryRead(() =>
        this.readPool.query<{ timeline: string | null }>({
          name: 'sessions-timeline',
          text: `SELECT CASE WHEN NOT pg_is_in_recovery()
                   THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline`,
        }),
      );
      return rows[0]?.timeline ?? undefined;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.hidesTimeline = true;
      return undefined;
    }
  }

  /** Revokes those of these sessions that are active. @returns how many they were */
  async revokeAgain(sessionIds: readonly string[]): Promise<number> {
    const { rowCount } = await this.readPool.query({
      name: 'sessions-revoke-again',
      text: `UPDATE sessions SET revoked_at = clock_timestamp(),
               revoked_reason = CASE kind WHEN 'key' THEN 'key_revoked' ELSE 'session_ended' END
             WHERE id = ANY($1::uuid[]) AND revoked_at IS NULL`,
      values: [sessionIds],
    });
    return rowCount ?? 0;
  }

  async isRevoked(sessionId: string): Promise<boolean> {
    const { rowCount } = await retryRead(() =>
      this.checkPool.query({
        name: 'session-is-revoked',
        text: 'SELECT FROM sessions WHERE id = $1 AND revoked_at IS NOT NULL',
        values: [sessionId],
      }),
    );
    return rowCount === 1;
  }

  /**
   * The start is the earlier one of two: PostgreSQL's clock may have been set forward or back since
   * the last read. `now()` lets the read use the index; the volatile `clock_timestamp()` would not.
   */
  async revokedSince({ lastNow, elapsed, further }: ReadStart): Promise<RevokedSession[]> {
    const { rows } = await retryRead(() =>
      this.readPool.query<RevokedSession>({
        name: 'sessions-revoked',
        text: `SELECT id, (extract(epoch FROM clock_timestamp() - revoked_at) * 1000)::float8 AS age
               FROM sessions
               WHERE revoked_at > least(to_timestamp($1::float8 / 1000), now() - $2 * interval '1 ms')
                 - $3 * interval '1 ms'`,
        values: [lastNow, elapsed, further],
      }),
    );
    return rows;
  }

  async close(): Promise<void> {
    await Promise.all([this.checkPool.end(), this.readPool.end()]);
  }
}

function newPool(config: Config, size: number): pg.Pool {
  return openPool(config, 'sessions', {
    max: size,
    connectionTimeoutMillis: config.databaseLimits.check,
    query_timeout: config.databaseLimits.check,
    idleTimeoutMillis: 0, // kept open for the moment in which all requests come here
  });
}
