import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** An older claim belongs to a process that died: no request takes so long. */
const ABANDONED = `interval '60 seconds'`;
export const KEPT_FOR = `interval '24 hours'`;

/** One use of a key: its user, the key, and the id of the request that has claimed it. */
export interface Claim {
  userId: string;
  key: string;
  claimId: string;
}

export interface KnownRequest {
  requestHmac: Buffer;
  isComplete: boolean;
  response: unknown;
}

/** What is kept of an answer. */
export interface KeptAnswer {
  response: unknown;
  /** The object that the answer shows, or the objects. */
  subjectId?: unknown;
  subjectIds?: string[];
}

/** Every statement on `idempotency_keys`. */
@Injectable()
export class IdempotencyRecordsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Claims the key, committed at once. The commit waits for no disk and no standby: a claim that is
   * lost with its server can only make the transaction of the change fail, see {@link complete}. A
   * retry would be refused for a minute if the outcome of the claim itself could be unknown.
   *
   * @returns false when another request has it
   */
  async claim({ userId, key, claimId }: Claim, requestHmac: Buffer): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `WITH local AS (SELECT set_config('synchronous_commit', 'off', true))
       INSERT INTO idempotency_keys AS known (user_id, key, claim_id, request_hmac)
       SELECT $1::uuid, $2, $3::uuid, $4::bytea FROM local
       ON CONFLICT (user_id, key) DO UPDATE
       SET claim_id = excluded.claim_id, request_hmac = excluded.request_hmac, claimed_at = now(),
         completed_at = NULL, subject_id = NULL, subject_ids = NULL, response = NULL
       WHERE known.claimed_at < now() - CASE WHEN known.completed_at IS NULL
         THEN ${ABANDONED} ELSE ${KEPT_FOR} END
       RETURNING claim_id`,
      [userId, key, claimId, requestHmac],
    );
    return rows.length > 0;
  }

  /** Undefined when no request has claimed the key, or its request has just failed. */
  async find(userId: string, key: string): Promise<KnownRequest | undefined> {
    const [known] = await this.dataSource.query<KnownRequest[]>(
      `SELECT request_hmac AS "requestHmac", completed_at IS NOT NULL AS "isComplete", response
       FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
      [userId, key],
    );
    return known;
  }

  /** Keeps the answer. @returns false when a retry has claimed the key meanwhile */
  async complete(
    manager: EntityManager,
    { userId, key, claimId }: Claim,
    { response, subjectId, subjectIds }: KeptAnswer,
  ): Promise<boolean> {
    const [, count] = await manager.query<[unknown, number]>(
      `UPDATE idempotency_keys SET completed_at = now(), subject_id = $4, response = $5,
         subject_ids = $6
       WHERE user_id = $1 AND key = $2 AND claim_id = $3`,
      [
        userId,
        key,
        claimId,
        subjectId ?? null,
        response === undefined ? null : JSON.stringify(response),
        subjectIds ?? null,
      ],
    );
    return count > 0;
  }

  /** Only an open claim: when the answer to a COMMIT was lost, the work may have been done. */
  async release({ userId, key, claimId }: Claim): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency_keys
       WHERE user_id = $1 AND key = $2 AND claim_id = $3 AND completed_at IS NULL`,
      [userId, key, claimId],
    );
  }

  /** The kept answers that show an object, newest first. */
  about<T>(
    manager: EntityManager,
    subjectId: string,
  ): Promise<{ claimed_at: string; response: T }[]> {
    return manager.query(
      `SELECT claimed_at, response FROM idempotency_keys
       WHERE subject_id = $1 OR subject_ids @> ARRAY[$1::uuid] ORDER BY claimed_at DESC`,
      [subjectId],
    );
  }

  /** Forgets the answers that show an object. */
  async forget(manager: EntityManager, subjectId: string): Promise<void> {
    await manager.query(
      'DELETE FROM idempotency_keys WHERE subject_id = $1 OR subject_ids @> ARRAY[$1::uuid]',
      [subjectId],
    );
  }
}
