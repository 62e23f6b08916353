import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ExpiredRows } from '../database/housekeeping.js';

/** The process of an older claim has died, because no request takes so long. */
const ABANDONED = `interval '60 seconds'`;
const KEPT_FOR = `interval '24 hours'`;

/** The claim of a request on a key. */
export interface Claim {
  userId: string;
  key: string;
  claimId: string;
}

export interface KnownRequest {
  /** Empty once the response was erased, see {@link IdempotencyRecordsRepository.forget}. */
  requestHmac: Buffer;
  isComplete: boolean;
  response: unknown;
}

/** A response to store. */
export interface KeptAnswer {
  response: unknown;
  /** The object, or the objects, in the response. */
  subjectId?: unknown;
  subjectIds?: string[];
}

export const EXPIRED_ANSWERS: ExpiredRows = {
  table: 'idempotency_keys',
  key: 'user_id, key',
  condition: `claimed_at < now() - ${KEPT_FOR}`,
};

/** Every statement on `idempotency_keys`. */
@Injectable()
export class IdempotencyRecordsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Claims the key in its own commit, which does not wait for the disk or a standby. If a crash loses the
   * claim, the transaction of the change can only fail, see {@link complete}. If the commit waited, its
   * outcome could be unknown, and retries would be refused for a minute.
   *
   * @returns false when another request has claimed the key
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

  /** @returns undefined when no request has claimed the key, or the request has just failed */
  async find(userId: string, key: string): Promise<KnownRequest | undefined> {
    const [known] = await this.dataSource.query<KnownRequest[]>(
      `SELECT request_hmac AS "requestHmac", completed_at IS NOT NULL AS "isComplete", response
       FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
      [userId, key],
    );
    return known;
  }

  /** Stores the response. @returns false when a retry has claimed the key meanwhile */
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

  /** Deletes a claim, unless it is complete: the COMMIT may have succeeded without an answer. */
  async release({ userId, key, claimId }: Claim): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency_keys
       WHERE user_id = $1 AND key = $2 AND claim_id = $3 AND completed_at IS NULL`,
      [userId, key, claimId],
    );
  }

  /** The stored responses that contain an object, newest first. */
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

  /**
   * Erases the stored responses that contain an object, and the hashes of their requests. The keys stay
   * claimed: otherwise a late retry would create the erased object again. Instances of version 1.0 take an
   * empty hash for that of another request.
   */
  async forget(manager: EntityManager, subjectId: string): Promise<void> {
    await manager.query(
      `UPDATE idempotency_keys
       SET request_hmac = '', response = NULL, subject_id = NULL, subject_ids = NULL
       WHERE subject_id = $1 OR subject_ids @> ARRAY[$1::uuid]`,
      [subjectId],
    );
  }
}
