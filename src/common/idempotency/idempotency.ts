import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { transaction } from '../database/transaction.js';
import { AppError } from '../errors/app-error.js';
import { KeyedHashes } from '../security/keyed-hashes.js';
import { isPlainObject } from '../validation/plain-object.js';
import { IdempotencyRecordsRepository } from './idempotency-records.repository.js';

/** A request with an `Idempotency-Key`. */
export interface IdempotentRequest {
  readonly userId: string;
  readonly key: string;
  /** Method, path and body, which must be the same for a retry. The order of members does not count. */
  readonly content: string;
  /** The same with the members in their order. Instances of version 1.0 store its hash. */
  readonly contentAsSent: string;
  /** Marks the response as that of an earlier request. */
  readonly onReplay: () => void;
}

const ERASED =
  'The request with this Idempotency-Key was executed, but its response was deleted together with an ' +
  'object in it. It is not executed again.';

/**
 * Gives a retry with the same `Idempotency-Key` the first response, without a second change. An insert
 * with its own commit claims the key, so only one of several concurrent requests does the work. The
 * response is stored in the transaction of the change, so neither exists without the other.
 */
@Injectable()
export class Idempotency {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly records: IdempotencyRecordsRepository,
    private readonly hashes: KeyedHashes,
  ) {}

  /**
   * Runs `work` in a transaction, and only once for each key. Without a key it always runs.
   *
   * @param subjectsOf returns the ids of the objects in a response with several objects
   * @returns the response, possibly of an earlier request
   * @throws AppError 409 while the earlier request is running, 422 when it was a different request, 404 when
   *   its response was erased
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

  private async replay(request: IdempotentRequest): Promise<unknown> {
    const { userId, key, content, contentAsSent, onReplay } = request;
    const known = await this.records.find(userId, key);
    if (!known) throw new AppError('idempotency_in_progress'); // it has just failed
    if (known.requestHmac.length === 0) throw new AppError('not_found', { detail: ERASED });
    const isSame = [content, contentAsSent].some((text) =>
      this.hashes.isHashOf(known.requestHmac, 'idempotency', text),
    );
    if (!isSame) throw new AppError('idempotency_key_reused');
    if (!known.isComplete) throw new AppError('idempotency_in_progress');
    onReplay();
    return known.response ?? undefined;
  }
}
