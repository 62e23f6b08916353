import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor, AuditRecord } from '../audit/audit-record.js';
import { AuditedStatement } from '../audit/audited-statement.js';
import { CONFIG, type Config } from '../common/config/config.js';
import type { ExpiredRows } from '../common/database/housekeeping.js';
import { Conditions } from '../common/pagination/conditions.js';
import { keysetPage, newestFirst } from '../common/pagination/keyset.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Role } from '../common/security/permissions.js';
import type { Client } from '../common/security/principal.js';
import type { RevokedReason } from './session.entity.js';
import type { SessionState } from './tokens.js';

/** Selects active sessions. */
export type SessionSelector =
  | { kind: 'session'; sessionId: string }
  | { kind: 'session_of_user'; sessionId: string; userId: string }
  | { kind: 'others_of_user'; sessionId: string; userId: string }
  | { kind: 'all_of_user'; userId: string };

export type SingleSession = Extract<SessionSelector, { kind: 'session' | 'session_of_user' }>;

/** The account of a session. */
export interface SessionOwner {
  id: string;
  role: Role;
  mfaEnabledAt: string | null;
}

/** An active session as its owner and admins see it. Times are in RFC 3339. */
export interface SessionRow {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
}

/** A row is kept for this many milliseconds after its last token has expired: clocks differ. */
const PURGE_MARGIN = 60 * 60_000;

export function endedSessions({ accessTokenTtl }: Config): ExpiredRows {
  return {
    table: 'sessions',
    key: 'id',
    condition: `expires_at < now() - $1 * interval '1 ms' OR revoked_at < now() - $2 * interval '1 ms'`,
    parameters: [PURGE_MARGIN, accessTokenTtl + PURGE_MARGIN],
  };
}

const IS_LOGIN = `kind = 'login'`;

/** Rounded like the columns. Otherwise a lifetime could be a second too long. */
const NOW = 'now()::timestamptz(3) AS now';

/** The columns of {@link SessionState}, of a session `s` and its user `u`. */
const STATE = `s.id, s.user_id AS "userId", u.role, u.mfa_enabled_at IS NOT NULL AS "hasSecondFactor",
  s.generation, s.rotated_at AS "rotatedAt", s.expires_at AS "expiresAt", ${NOW}`;

/** Whether the last rotation of a session `s` is less than $3 milliseconds ago. A log-in is no rotation. */
const IN_GRACE = `($3 > 0 AND s.generation > 1 AND s.rotated_at > now() - $3 * interval '1 ms')`;

/**
 * The statements on `sessions`. Those of the session check are in `PostgresRevocations`, which uses its
 * own connections, and those of API keys in `ApiKeysRepository`.
 */
@Injectable()
export class SessionsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly cursors: Cursors,
    private readonly audited: AuditedStatement,
  ) {}

  /** Inserts a session that expires after REFRESH_TOKEN_TTL. */
  async insert(manager: EntityManager, user: SessionOwner, client: Client): Promise<SessionState> {
    const [state] = await manager.query<[SessionState]>(
      `INSERT INTO sessions AS s (user_id, expires_at, ip, user_agent)
       VALUES ($1, now() + $2 * interval '1 ms', $3, $4)
       RETURNING s.id, s.user_id AS "userId", $5::text AS role, $6::boolean AS "hasSecondFactor",
         s.generation, s.rotated_at AS "rotatedAt", s.expires_at AS "expiresAt", ${NOW}`,
      [
        user.id,
        this.config.refreshTokenTtl,
        client.ip,
        client.userAgent?.slice(0, 500) ?? null,
        user.role,
        user.mfaEnabledAt !== null,
      ],
    );
    return state;
  }

  /**
   * Moves an active session of an active user from this generation to the next. Within the grace
   * period after a rotation the generation stays, so that a client that refreshes several times at
   * once is never more than one generation behind. Of concurrent calls with the same generation,
   * exactly one rotates.
   *
   * @returns undefined when no row matched: not active, or another generation
   */
  async rotate(id: string, generation: number): Promise<SessionState | undefined> {
    const [[rotated]] = await this.dataSource.query<[SessionState[], number]>(
      `UPDATE sessions s
       SET generation = CASE WHEN ${IN_GRACE} THEN s.generation ELSE s.generation + 1 END,
         rotated_at = CASE WHEN ${IN_GRACE} THEN s.rotated_at ELSE now() END, last_used_at = now()
       FROM users u
       WHERE s.id = $1 AND s.generation = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
         AND u.id = s.user_id AND u.status = 'active'
       RETURNING ${STATE}`,
      [id, generation, this.config.refreshGrace],
    );
    return rotated;
  }

  /**
   * Finds the active session of an active user if its generation is newer than this one, with the
   * milliseconds since its last rotation.
   *
   * @returns undefined when no row matched: not active, or no newer generation
   */
  async findAhead(
    id: string,
    generation: number,
  ): Promise<(SessionState & { rotatedFor: number }) | undefined> {
    const [state] = await this.dataSource.query<(SessionState & { rotatedFor: number })[]>(
      `SELECT ${STATE}, greatest(0, extract(epoch FROM now() - s.rotated_at) * 1000)::float8 AS "rotatedFor"
       FROM sessions s JOIN users u ON u.id = s.user_id AND u.status = 'active'
       WHERE s.id = $1 AND s.generation > $2 AND s.revoked_at IS NULL AND s.expires_at > now()`,
      [id, generation],
    );
    return state;
  }

  async isActive(manager: EntityManager, id: string, userId: string): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT FROM sessions
       WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()`,
      [id, userId],
    );
    return rows.length > 0;
  }

  /** Whether the session logged in or stepped up at most this many minutes ago. */
  async isAuthenticatedWithin(id: string, minutes: number): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT FROM sessions
       WHERE id = $1 AND coalesce(authenticated_at, created_at) >= now() - $2 * interval '1 min'`,
      [id, minutes],
    );
    return rows.length > 0;
  }

  /** Notes that the person of the session has just authenticated. */
  async setAuthenticated(manager: EntityManager, id: string): Promise<void> {
    await manager.query('UPDATE sessions SET authenticated_at = clock_timestamp() WHERE id = $1', [
      id,
    ]);
  }

  /** The ids of the active sessions of a person, newest first, without the newest ones. */
  async idsBeyond(manager: EntityManager, userId: string, newest: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
       ORDER BY created_at DESC, id DESC OFFSET $2`,
      [userId, newest],
    );
    return rows.map(({ id }) => id);
  }

  /** @returns the ids of the sessions that this call revoked */
  async revoke(
    manager: EntityManager,
    selector: SessionSelector,
    reason: RevokedReason,
  ): Promise<string[]> {
    const { sql, parameters } = revocation(selector, reason, 'id');
    const [rows] = await manager.query<[{ id: string }[], number]>(sql, parameters);
    return rows.map(({ id }) => id);
  }

  /**
   * Revokes one session and records the event in one statement instead of a transaction. The time limit
   * of a statement is far below TRANSACTION_LIMIT.
   *
   * @returns whether this call revoked it
   */
  async revokeOne(
    selector: SingleSession,
    reason: RevokedReason,
    actor: Actor,
    record: Omit<AuditRecord, 'subject'>,
  ): Promise<boolean> {
    const revoked = await this.audited.run(
      this.dataSource.manager,
      actor,
      { ...record, subject: { type: 'session' } },
      { ...revocation(selector, reason, 'id, NULL::integer AS version'), columns: 'id' },
    );
    return revoked !== undefined;
  }

  /** One page of the active sessions of a user, newest first. API keys are not among them. */
  list<Item>(
    userId: string,
    page: PageQuery,
    toItem: (row: SessionRow) => Item,
  ): Promise<Page<Item>> {
    return keysetPage<SessionRow, Item>(this.dataSource, this.cursors, {
      columns: 'id, created_at, last_used_at, expires_at, ip, user_agent',
      table: 'sessions',
      conditions: () => active({ kind: 'all_of_user', userId }, IS_LOGIN),
      ...newestFirst('created_at'),
      page,
      toItem,
    });
  }
}

function revocation(
  selector: SessionSelector,
  reason: RevokedReason,
  returned: string,
): { sql: string; parameters: unknown[] } {
  const which = active(selector);
  const sql = `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = ${which.bind(reason)}
     ${which.where()} RETURNING ${returned}`;
  return { sql, parameters: which.parameters };
}

/**
 * Each kind of selector makes its own statement. PostgreSQL could use no index for one statement with
 * optional conditions.
 */
function active(selector: SessionSelector, ...further: string[]): Conditions {
  const conditions = new Conditions('revoked_at IS NULL', 'expires_at > now()', ...further);
  const id = (placeholder: string) => `id = ${placeholder}`;
  const userId = (placeholder: string) => `user_id = ${placeholder}`;
  switch (selector.kind) {
    case 'session':
      return conditions.add(selector.sessionId, id);
    case 'session_of_user':
      return conditions.add(selector.sessionId, id).add(selector.userId, userId);
    case 'others_of_user':
      return conditions
        .add(selector.userId, userId)
        .add(selector.sessionId, (placeholder) => `id <> ${placeholder}`);
    case 'all_of_user':
      return conditions.add(selector.userId, userId);
    default:
      return selector satisfies never;
  }
}
