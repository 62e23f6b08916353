import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { Conditions, keysetPage } from '../common/pagination/keyset.js';
import { invalidToken, notFound, unavailable } from '../common/errors/errors.js';
import { Cursors, type Page, type PageQuery } from '../common/pagination/pagination.js';
import type { Role } from '../common/security/permissions.js';
import type { Client, Principal } from '../common/security/principal.js';
import { TRANSACTION_LIMIT } from './revocation/revocation-times.js';
import { Revocations } from './revocation/revocations.js';
import { refreshTokenReused } from './sessions.errors.js';
import type { SessionResponse } from './sessions.dto.js';
import type { RevokedReason } from './session.entity.js';
import { type RefreshClaims, type SessionState, type TokenPair, Tokens } from './tokens.js';

/** Which sessions end: one by its id, or those of a user, perhaps all but one. */
export type Ending =
  { sessionId: string; userId?: string } | { userId: string; exceptSessionId?: string };

/** Ends sessions within the transaction and tells how many there were. */
export type EndSessions = (ending: Ending, reason: RevokedReason) => Promise<number>;

/** Rounded as the columns are, lest a life come out a second longer than it is. */
const NOW = 'now()::timestamptz(3) AS now';

/** The columns of {@link SessionState}, of a session `s` and its user `u`. */
const STATE = `s.id, s.user_id AS "userId", u.role, s.generation, s.rotated_at AS "rotatedAt",
  s.expires_at AS "expiresAt", ${NOW}`;

@Injectable()
export class SessionsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly tokens: Tokens,
    private readonly revocations: Revocations,
    private readonly cursors: Cursors,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * A transaction that may end sessions: they are dead on every instance before this returns.
   * Whatever ends sessions locks the user's row first, see {@link lockUser}; a log-in that is under
   * way waits at that lock and then finds the change.
   */
  async endingTransaction<T>(
    work: (manager: EntityManager, endSessions: EndSessions) => Promise<T>,
  ): Promise<T> {
    const ended: string[] = [];
    const result = await this.dataSource.transaction(async (manager) => {
      const startedAt = performance.now();
      const outcome = await work(manager, async (ending, reason) => {
        const ids = await revoke(manager, ending, reason);
        ended.push(...ids);
        return ids.length;
      });
      if (performance.now() - startedAt > TRANSACTION_LIMIT) throw unavailable();
      return outcome;
    });
    await this.revocations.publish(ended);
    return result;
  }

  /**
   * Opens a session in a transaction that holds the lock on the user's row. The oldest sessions
   * give way to the cap.
   */
  async open(
    manager: EntityManager,
    endSessions: EndSessions,
    user: { id: string; role: Role },
    client: Client,
  ): Promise<{ sessionId: string; tokens: TokenPair }> {
    for (const sessionId of await this.surplus(manager, user.id)) {
      await endSessions({ sessionId }, 'session_limit');
    }
    const [state] = await manager.query<[SessionState]>(
      `INSERT INTO sessions AS s (user_id, expires_at, ip, user_agent)
       VALUES ($1, now() + $2 * interval '1 ms', $3, $4)
       RETURNING s.id, s.user_id AS "userId", $5::text AS role, s.generation,
         s.rotated_at AS "rotatedAt", s.expires_at AS "expiresAt", ${NOW}`,
      [
        user.id,
        this.config.refreshTokenTtl,
        client.ip,
        client.userAgent?.slice(0, 500) ?? null,
        user.role,
      ],
    );
    return { sessionId: state.id, tokens: this.tokens.issue(state) };
  }

  /** One compare-and-set, so that of any number of refreshes at once exactly one rotates. */
  async refresh(claims: RefreshClaims, client: Client): Promise<TokenPair> {
    const [[rotated]] = await this.dataSource.query<[SessionState[], number]>(
      `UPDATE sessions s
       SET generation = s.generation + 1, rotated_at = now(), last_used_at = now()
       FROM users u
       WHERE s.id = $1 AND s.generation = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
         AND u.id = s.user_id AND u.status = 'active'
       RETURNING ${STATE}`,
      [claims.sid, claims.gen],
    );
    return rotated ? this.tokens.issue(rotated) : this.refreshAgain(claims, client);
  }

  /** A refresh token that is not the newest: a second tab or a lost answer, or else a thief. */
  private async refreshAgain(claims: RefreshClaims, client: Client): Promise<TokenPair> {
    const [state] = await this.dataSource.query<(SessionState & { isInGrace: boolean })[]>(
      `SELECT ${STATE}, $2 > 0 AND s.rotated_at > now() - $2 * interval '1 ms' AS "isInGrace"
       FROM sessions s JOIN users u ON u.id = s.user_id AND u.status = 'active'
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()`,
      [claims.sid, this.config.refreshGrace],
    );
    // Ahead of the row is a token of a time that a restored database knows nothing of.
    if (!state || claims.gen >= state.generation) throw invalidToken();
    if (claims.gen === state.generation - 1 && state.isInGrace) return this.tokens.issue(state);
    await this.endStolen(claims, client);
    throw refreshTokenReused();
  }

  private async endStolen(claims: RefreshClaims, client: Client): Promise<void> {
    await this.endingTransaction(async (manager, endSessions) => {
      const count = await endSessions({ sessionId: claims.sid }, 'refresh_reused');
      if (count === 0) return;
      await this.audit.record(manager, client, {
        action: 'refresh_reused',
        outcome: 'failure',
        actorId: claims.sub,
        subject: { type: 'session', id: claims.sid },
      });
    });
  }

  /** @throws AppError 401 when the session has ended before: its tokens end nothing more */
  async logOut(
    session: { userId: string; sessionId: string },
    scope: 'session' | 'others' | 'all',
    client: Client,
  ): Promise<void> {
    const { userId, sessionId } = session;
    await this.endingTransaction(async (manager, endSessions) => {
      await lockUser(manager, userId);
      if (scope !== 'session') await requireLive(manager, session);
      const ending =
        scope === 'session'
          ? { sessionId, userId }
          : { userId, exceptSessionId: scope === 'others' ? sessionId : undefined };
      const count = await endSessions(ending, 'logout');
      if (count === 0 && scope === 'session') throw invalidToken();
      await this.audit.record(manager, client, {
        action: 'logout',
        actorId: userId,
        subject: { type: 'session', id: sessionId },
        details: { scope, sessions: count },
      });
    });
  }

  /** Ends one session of a user. @throws AppError 404 when that user has no such live session */
  async endOne(actor: Principal, userId: string, sessionId: string): Promise<void> {
    await this.endingTransaction(async (manager, endSessions) => {
      const count = await endSessions({ sessionId, userId }, 'session_ended');
      if (count === 0) throw notFound('session');
      await this.audit.record(manager, actor, {
        action: 'session_ended',
        subject: { type: 'session', id: sessionId },
      });
    });
  }

  /** Ends all sessions of a user. */
  async endAll(actor: Principal, userId: string): Promise<void> {
    await this.endingTransaction(async (manager, endSessions) => {
      await lockUser(manager, userId);
      const sessions = await endSessions({ userId }, 'session_ended');
      await this.audit.record(manager, actor, {
        action: 'session_ended',
        subject: { type: 'user', id: userId },
        details: { sessions },
      });
    });
  }

  /** The live sessions of a user, newest first. */
  async list(
    principal: Principal,
    userId: string,
    page: PageQuery,
  ): Promise<Page<SessionResponse>> {
    return keysetPage<SessionRow, SessionResponse>(this.dataSource, this.cursors, {
      columns: 'id, created_at, last_used_at, expires_at, ip, user_agent',
      table: 'sessions',
      conditions: () =>
        new Conditions('revoked_at IS NULL', 'expires_at > now()').add(
          userId,
          (id) => `user_id = ${id}`,
        ),
      sorts: { created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false } },
      sort: '-created_at',
      page,
      toItem: (row) => toSessionResponse(row, principal.sessionId),
    });
  }

  private async surplus(manager: EntityManager, userId: string): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
       ORDER BY created_at DESC, id DESC OFFSET $2`,
      [userId, this.config.sessionsPerUser - 1],
    );
    return rows.map(({ id }) => id);
  }
}

/** The lock that log-ins and everything that ends sessions take first. */
export async function lockUser(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
}

/** A refresh token says nothing about its session until that is looked up. */
async function requireLive(
  manager: EntityManager,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  const rows = await manager.query<unknown[]>(
    `SELECT FROM sessions
     WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()`,
    [sessionId, userId],
  );
  if (rows.length === 0) throw invalidToken();
}

/** Conditions for what is known alone: with a plan for any ending, PostgreSQL could use no index. */
async function revoke(
  manager: EntityManager,
  ending: Ending,
  reason: RevokedReason,
): Promise<string[]> {
  const which = new Conditions('revoked_at IS NULL', 'expires_at > now()');
  if ('sessionId' in ending) which.add(ending.sessionId, (id) => `id = ${id}`);
  if (ending.userId !== undefined) which.add(ending.userId, (id) => `user_id = ${id}`);
  if ('exceptSessionId' in ending && ending.exceptSessionId !== undefined) {
    which.add(ending.exceptSessionId, (id) => `id <> ${id}`);
  }
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = ${which.bind(reason)}
     ${which.where()} RETURNING id`,
    which.parameters,
  );
  return rows.map(({ id }) => id);
}

interface SessionRow {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
}

function toSessionResponse(row: SessionRow, currentId: string): SessionResponse {
  return {
    id: row.id,
    created_at: row.created_at,
    last_used_at: row.last_used_at,
    expires_at: row.expires_at,
    ip: row.ip,
    user_agent: row.user_agent,
    current: row.id === currentId,
  };
}
