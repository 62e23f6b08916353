import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { transaction } from '../database/transaction.js';
import { AppError } from '../errors/app-error.js';
import { KeyedHashes } from '../security/keyed-hashes.js';
import { isPlainObject } from '../validation/dto.pipe.js';

/** An older claim belongs to a process that died: no request takes so long. */
const ABANDONED = `interval '60 seconds'`;
export const KEPT_FOR = `interval '24 hours'`;

/** A request that carries an `Idempotency-Key`, as {@link Idempotency} needs to know it. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly key: string;
  /** Method, path and body: what has to be the same when the key comes again. */
  readonly content: string;
  /** Marks the answer as that of an earlier request. */
  readonly onReplay: () => void;
}

type Transaction = <T>(work: (manager: EntityManager) => Promise<T>) => Promise<T>;

/**
 * A retry with the same `Idempotency-Key` gets the first answer and changes nothing again. The key is claimed
 * by an insert that commits at once, so that of any number of requests one does the work, and the
 * answer is kept in the transaction of the change, so that there is never one without the other.
 */
@Injectable()
export class Idempotency {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly hashes: KeyedHashes,
  ) {}

  /**
   * Runs `work` in a transaction, once for each key; without a key simply in a transaction.
   *
   * @param inTransaction another way to run one, such as `SessionsService.revokingTransaction`
   * @param subjectsOf the ids of the objects that an answer shows, when it is not one object
   * @returns the answer, of an earlier request perhaps
   * @throws AppError 409 while that one is running, 422 when it was another request
   */
  async once<T>(
    request: IdempotentRequest | undefined,
    work: (manager: EntityManager) => Promise<T>,
    inTransaction: Transaction = (run) => transaction(this.dataSource, run),
    subjectsOf?: (answer: T) => string[],
  ): Promise<T> {
    if (!request) return inTransaction(work);
    const claimId = await this.claim(request);
    if (claimId === undefined) return (await this.replay(request)) as T;
    try {
      return await inTransaction(async (manager) => {
        const answer = await work(manager);
        await this.keep(manager, request, claimId, answer, subjectsOf?.(answer));
        return answer;
      });
    } catch (error) {
      await this.release(request, claimId).catch(() => undefined); // it expires by itself
      throw error;
    }
  }

  /** The kept answers that show an object. */
  answersAbout<T>(
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

  /** @returns the id of the claim, or undefined when another request has it */
  private async claim({ userId, key, content }: IdempotentRequest): Promise<string | undefined> {
    const [claimed] = await this.dataSource.query<{ claim_id: string }[]>(
      `INSERT INTO idempotency_keys AS known (user_id, key, claim_id, request_hmac)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, key) DO UPDATE
       SET claim_id = excluded.claim_id, request_hmac = excluded.request_hmac, claimed_at = now(),
         completed_at = NULL, subject_id = NULL, subject_ids = NULL, response = NULL
       WHERE known.claimed_at < now() - CASE WHEN known.completed_at IS NULL
         THEN ${ABANDONED} ELSE ${KEPT_FOR} END
       RETURNING claim_id`,
      [userId, key, randomUUID(), this.hashes.hash('idempotency', content)],
    );
    return claimed?.claim_id;
  }

  private async replay({ userId, key, content, onReplay }: IdempotentRequest): Promise<unknown> {
    const [known] = await this.dataSource.query<Known[]>(
      `SELECT request_hmac, completed_at IS NOT NULL AS is_complete, response
       FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
      [userId, key],
    );
    if (!known) throw new AppError('idempotency_in_progress'); // it failed in this moment
    const isSame = this.hashes.isHashOf(known.request_hmac, 'idempotency', content);
    if (!isSame) throw new AppError('idempotency_key_reused');
    if (!known.is_complete) throw new AppError('idempotency_in_progress');
    onReplay();
    return known.response ?? undefined;
  }

  private async keep(
    manager: EntityManager,
    { userId, key }: IdempotentRequest,
    claimId: string,
    answer: unknown,
    subjectIds: string[] | undefined,
  ): Promise<void> {
    const subjectId = isPlainObject(answer) ? answer['id'] : undefined;
    const [, count] = await manager.query<[unknown, number]>(
      `UPDATE idempotency_keys SET completed_at = now(), subject_id = $4, response = $5,
         subject_ids = $6
       WHERE user_id = $1 AND key = $2 AND claim_id = $3`,
      [
        userId,
        key,
        claimId,
        subjectId ?? null,
        answer === undefined ? null : JSON.stringify(answer),
        subjectIds ?? null,
      ],
    );
    if (count === 0) throw new AppError('idempotency_in_progress'); // a retry has claimed it again
  }

  /** Only an open claim: when the answer to a COMMIT was lost, the work may have been done. */
  private async release({ userId, key }: IdempotentRequest, claimId: string): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency_keys
       WHERE user_id = $1 AND key = $2 AND claim_id = $3 AND completed_at IS NULL`,
      [userId, key, claimId],
    );
  }
}

interface Known {
  request_hmac: Buffer;
  is_complete: boolean;
  response: unknown;
}
