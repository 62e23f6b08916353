import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../../common/config/config.js';
import { openPool } from '../../common/database/data-source.js';
import { isUnavailable } from '../../common/database/database-errors.js';
import { retryRead } from '../../common/database/retry-read.js';
import type { Role, Scope } from '../../common/security/permissions.js';

/** Connections for the session check, so that it never waits for the pool of requests. */
const CHECK_POOL = 4;

export interface RevokedSession {
  id: string;
  /** Milliseconds since it was revoked, by PostgreSQL's clock. */
  age: number;
}

/** An API key, active or not. Times are milliseconds since the epoch, by PostgreSQL's clock. */
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
   * Milliseconds since the start of the oldest open transaction that has written. Only requests revoke
   * sessions, so transactions of other pools, such as imports, do not count.
   */
  openFor: number;
  /** Whether PostgreSQL hides transactions of other roles, so that `openFor` may be too short. */
  isPartlyHidden: boolean;
}

/** From when on a read returns revoked sessions. All times are in milliseconds. */
export interface ReadStart {
  /** The time of the last read by PostgreSQL's clock, since the epoch. */
  lastNow: number;
  /** The time since that read by the monotonic clock here. */
  elapsed: number;
  /** How much further back the read starts. */
  further: number;
}

/**
 * The statements of the session check. They are separate from `SessionsRepository` because they use
 * their own connections: requests that use up all others must not stop the check.
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

  /** Opens the connections before a loss of Redis needs them. */
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

  /** Finds the keys that exist, in no order. @param hashes see {@link FoundKey} */
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

  /** Reads PostgreSQL's clock and the age of its oldest open transaction. */
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
   * Reads the timeline of PostgreSQL's write-ahead log. It changes when a standby is promoted or a
   * backup is restored. The last revocations may be lost then.
   *
   * @returns undefined where PostgreSQL hides it, as some managed services do
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

  /** Revokes the active ones of these sessions. @returns their number */
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
   * Reads the revoked sessions from the earlier of two times on, because PostgreSQL's clock may have
   * been set forward or back since the last read. `now()` lets the read use the index, which the
   * volatile `clock_timestamp()` would prevent.
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
    idleTimeoutMillis: 0, // kept open: without Redis every request comes here
  });
}
