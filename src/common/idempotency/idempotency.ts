import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { transaction } from '../database/transaction.js';
import { AppError } from '../errors/app-error.js';
import { KeyedHashes } from '../security/keyed-hashes.js';
import { isPlainObject } from '../validation/dto.pipe.js';
import { IdempotencyRecordsRepository } from './idempotency-records.repository.js';

/** A request that carries an `Idempotency-Key`, as {@link Idempotency} needs to know it. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly key: string;
  /** Method, path and body: what has to be the same when the key comes again. */
  readonly content: string;
  /** Marks the answer as that of an earlier request. */
  readonly onReplay: () => void;
}

/**
 * A retry with the same `Idempotency-Key` gets the first answer and changes nothing again. The key is claimed
 * by an insert that commits at once, so that of any number of requests one does the work, and the
 * answer is kept in the transaction of the change, so that there is never one without the other.
 */
@Injectable()
export class Idempotency {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly records: IdempotencyRecordsRepository,
    private readonly hashes: KeyedHashes,
  ) {}

  /**
   * Runs `work` in a transaction, once for each key; without a key simply in a transaction.
   *
   * @param subjectsOf the ids of the objects that an answer shows, when it is not one object
   * @returns the answer, of an earlier request perhaps
   * @throws AppError 409 while that one is running, 422 when it was another request
   */
  async once<T>(
    request: IdempotentRequest | undefined,
    work: (manager: EntityManager) => Promise<T>,
    subjectsOf?: (answer: T) => string[],
  ): Promise<T> {
    if (!request) return transaction(this.dataSource, work);
    const claim = { userId: request.userId, key: request.key, claimId: randomUUID() };
    const hmac = this.hashes.hash('idempotency', request.content);
    if (!(await this.records.claim(claim, hmac))) return (await this.replay(request)) as T;
    try {
      return await transaction(this.dataSource, async (manager) => {
        const response = await work(manager);
        const isKept = await this.records.complete(manager, claim, {
          response,
          subjectId: isPlainObject(response) ? response['id'] : undefined,
          subjectIds: subjectsOf?.(response),
        });
        if (!isKept) throw new AppError('idempotency_in_progress'); // a retry has claimed it again
        return response;
      });
    } catch (error) {
      await this.records.release(claim).catch(() => undefined); // it expires by itself
      throw error;
    }
  }

  private async replay({ userId, key, content, onReplay }: IdempotentRequest): Promise<unknown> {
    const known = await this.records.find(userId, key);
    if (!known) throw new AppError('idempotency_in_progress'); // it failed in this moment
    const isSame = this.hashes.isHashOf(known.requestHmac, 'idempotency', content);
    if (!isSame) throw new AppError('idempotency_key_reused');
    if (!known.isComplete) throw new AppError('idempotency_in_progress');
    onReplay();
    return known.response ?? undefined;
  }
}
