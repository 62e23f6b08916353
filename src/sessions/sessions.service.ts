import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import type { Actor, AuditRecord } from '../audit/audit-record.js';
import { CONFIG, type Config } from '../common/config/config.js';
import { transaction } from '../common/database/transaction.js';
import { AppError } from '../common/errors/app-error.js';
import {
  invalidToken,
  notFound,
  reauthenticationRequired,
  unavailable,
} from '../common/errors/errors.js';
import type { Page, PageQuery } from '../common/pagination/page.dto.js';
import type { Client, Principal, TokenHolder } from '../common/security/principal.js';
import { lockUser } from './lock-user.js';
import { TRANSACTION_LIMIT } from './revocation/revocation-times.js';
import { Revocations } from './revocation/revocations.js';
import { SlowCommits } from './revocation/slow-commits.js';
import type { LogoutScope, SessionResponse } from './sessions.dto.js';
import type { RevokedReason } from './session.entity.js';
import {
  type SessionOwner,
  type SessionRow,
  type SessionSelector,
  SessionsRepository,
  type SingleSession,
} from './sessions.repository.js';
import { type RefreshTokenHolder, type TokenPair, Tokens } from './tokens.js';

/** Revokes sessions in the transaction. @returns their number */
export type Revoke = (selector: SessionSelector, reason: RevokedReason) => Promise<number>;

/** A session is recent for this many minutes after a log-in or a step-up. The error names them. */
const RECENT_MINUTES = 10;

@Injectable()
export class SessionsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SessionsRepository,
    private readonly tokens: Tokens,
    private readonly revocations: Revocations,
    private readonly commits: SlowCommits,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Runs a transaction that may revoke sessions. When it returns, every instance refuses them. `work`
   * locks the row of the user before it revokes sessions, see {@link lockUser}.
   */
  async revokingTransaction<T>(
    work: (manager: EntityManager, revoke: Revoke) => Promise<T>,
  ): Promise<T> {
    let revoked: string[] = [];
    const result = await transaction(this.dataSource, async (manager) => {
      revoked = []; // the transaction may run again
      const startedAt = performance.now();
      const outcome = await work(manager, async (selector, reason) => {
        const ids = await this.sessions.revoke(manager, selector, reason);
        revoked.push(...ids);
        return ids.length;
      });
      if (performance.now() - startedAt > TRANSACTION_LIMIT) throw unavailable();
      return outcome;
    });
    await this.revocations.publish(revoked);
    return result;
  }

  /**
   * Opens a session in a transaction that holds the lock of the user's row. It revokes the oldest
   * sessions beyond SESSIONS_PER_USER.
   */
  async open(
    manager: EntityManager,
    revoke: Revoke,
    user: SessionOwner,
    client: Client,
  ): Promise<{ sessionId: string; tokens: TokenPair }> {
    const kept = this.config.sessionsPerUser - 1;
    for (const sessionId of await this.sessions.idsBeyond(manager, user.id, kept)) {
      await revoke({ kind: 'session', sessionId }, 'session_limit');
    }
    const state = await this.sessions.insert(manager, user, client);
    return { sessionId: state.id, tokens: this.tokens.issue(state) };
  }

  async refresh(token: RefreshTokenHolder, client: Client): Promise<TokenPair> {
    if (this.revocations.isKnownRevoked(token.sessionId)) throw invalidToken();
    const rotated = await this.sessions.rotate(token.sessionId, token.generation);
    return rotated ? this.tokens.issue(rotated) : this.refreshAgain(token, client);
  }

  /**
   * Handles a refresh token that is not the newest: from a second tab, after a lost response, or from
   * a thief. A token with a newer generation than the row was issued before the database was restored
   * from a backup. It is refused, but revokes nothing.
   */
  private async refreshAgain(token: RefreshTokenHolder, client: Client): Promise<TokenPair> {
    const state = await this.sessions.findAhead(token.sessionId, token.generation);
    if (!state) return this.refuse(token);
    const isPrevious = token.generation === state.generation - 1;
    // The grace begins when clients could get a response: the COMMIT of the rotation may be slow.
    const isInGrace = this.commits.visibleFor(state.rotatedFor) < this.config.refreshGrace;
    if (isPrevious && isInGrace) return this.tokens.issue(state);
    await this.revokeStolen(token, client);
    throw refreshTokenReused();
  }

  private async refuse({ sessionId }: TokenHolder): Promise<never> {
    await this.revocations.publishFound(sessionId);
    throw invalidToken();
  }

  private async revokeStolen(token: RefreshTokenHolder, client: Client): Promise<void> {
    const { sessionId, userId: actorId } = token;
    // Revokes nothing when another request has already revoked the session.
    await this.revokeOnly({ kind: 'session', sessionId }, 'refresh_reused', client, {
      action: 'refresh_reused',
      outcome: 'failure',
      actorId,
    });
  }

  /** @throws AppError 401 when the session is not active */
  async logOut(held: TokenHolder, scope: LogoutScope, client: Client): Promise<void> {
    const isActive =
      scope === 'session'
        ? await this.logOutOfOne(held, client)
        : await this.logOutOfMany(held, scope, client);
    if (!isActive) await this.refuse(held);
  }

  private logOutOfOne({ userId, sessionId }: TokenHolder, client: Client): Promise<boolean> {
    return this.revokeOnly({ kind: 'session_of_user', sessionId, userId }, 'logout', client, {
      action: 'logout',
      actorId: userId,
      details: { scope: 'session', sessions: 1 },
    });
  }

  private logOutOfMany(
    held: TokenHolder,
    scope: Exclude<LogoutScope, 'session'>,
    client: Client,
  ): Promise<boolean> {
    const { userId, sessionId } = held;
    return this.revokingTransaction(async (manager, revoke) => {
      await lockUser(manager, userId);
      // The guard has not checked the session of a refresh token.
      if (!(await this.sessions.isActive(manager, sessionId, userId))) return false;
      const count = await revoke(selectorOf(scope, held), 'logout');
      await this.audit.record(manager, client, {
        action: 'logout',
        actorId: userId,
        subject: { type: 'session', id: sessionId },
        details: { scope, sessions: count },
      });
      return true;
    });
  }

  /** Revokes one session of a user. @throws AppError 404 when the user has no such active session */
  async revokeOne(actor: Principal, userId: string, sessionId: string): Promise<void> {
    const selector = { kind: 'session_of_user', sessionId, userId } as const;
    const record = { action: 'session_ended' } as const;
    if (await this.revokeOnly(selector, 'session_ended', actor, record)) return;
    await this.revocations.publishFound(sessionId);
    throw notFound('session');
  }

  /**
   * Revokes one session. When it returns, every instance refuses the session. It needs no lock of the
   * user's row, because it changes nothing else and no log-in can make the session active again.
   *
   * @returns false when it was not active
   */
  private async revokeOnly(
    selector: SingleSession,
    reason: RevokedReason,
    actor: Actor,
    record: Omit<AuditRecord, 'subject'>,
  ): Promise<boolean> {
    const isRevoked = await this.sessions.revokeOne(selector, reason, actor, record);
    if (isRevoked) await this.revocations.publish([selector.sessionId]);
    return isRevoked;
  }

  /**
   * Protects sensitive actions from a stolen access token.
   *
   * @throws AppError 401 unless the session is recent
   */
  async requireRecent(held: TokenHolder): Promise<void> {
    if (!(await this.isRecent(held))) throw reauthenticationRequired();
  }

  /** Whether the session logged in or stepped up within RECENT_MINUTES. */
  isRecent({ sessionId }: TokenHolder): Promise<boolean> {
    return this.sessions.isAuthenticatedWithin(sessionId, RECENT_MINUTES);
  }

  /** Makes the session recent again. */
  async stepUp(manager: EntityManager, { sessionId }: TokenHolder): Promise<void> {
    await this.sessions.setAuthenticated(manager, sessionId);
  }

  /** The active sessions of a user, newest first. */
  list(principal: Principal, userId: string, page: PageQuery): Promise<Page<SessionResponse>> {
    return this.sessions.list(userId, page, (row) => toSessionResponse(row, principal.sessionId));
  }
}

function selectorOf(
  scope: Exclude<LogoutScope, 'session'>,
  { userId, sessionId }: TokenHolder,
): SessionSelector {
  switch (scope) {
    case 'others':
      return { kind: 'others_of_user', sessionId, userId };
    case 'all':
      return { kind: 'all_of_user', userId };
    default:
      return scope satisfies never;
  }
}

function refreshTokenReused(): AppError {
  return new AppError('refresh_token_reused', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
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
