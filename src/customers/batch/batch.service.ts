import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { isRetryable, isUnavailable } from '../../common/database/database-errors.js';
import { AppError } from '../../common/errors/app-error.js';
import { toAppError } from '../../common/errors/translate.js';
import { Idempotency, type IdempotentRequest } from '../../common/idempotency/idempotency.js';
import { Log } from '../../common/logging/log.js';
import type { Principal } from '../../common/security/principal.js';
import { CustomersRepository } from '../customers.repository.js';
import type { BatchBody, BatchResponse, BatchResult } from './batch.dto.js';
import { withOperation } from './batch.errors.js';
import { groupsOf, movesValues } from './operation-groups.js';
import { type Outcome, outcomeOf, planOf, writesOf } from './operation-plans.js';
import { checkOperations, type Operation } from './operations.js';

/**
 * Two operations of a group concern the same customer, or one takes a unique value of the customer of
 * another. They cannot share a statement, which would execute them in any order.
 */
class DependentOperationsError extends Error {}

const UPSERT_ATTEMPTS = 3;

/**
 * Runs operations in few statements: one locks the customers of a group, one writes them. A group
 * contains each customer once. One unique value that is taken fails the whole statement. The group is
 * then halved until the failing operation is alone.
 */
@Injectable()
export class BatchService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly customers: CustomersRepository,
    private readonly idempotency: Idempotency,
    private readonly log: Log,
  ) {}

  /** @throws AppError 400, and for `atomic` the error of the first operation that fails */
  async run(
    principal: Principal,
    { atomic, operations: raw }: BatchBody,
    request: IdempotentRequest | undefined,
    toResult: (outcome: Outcome) => BatchResult,
  ): Promise<BatchResponse> {
    const operations = await checkOperations(raw);
    const isAtomic = atomic === true;
    const work = async (manager: EntityManager, outcomes: Outcome[]): Promise<BatchResponse> => {
      for (const group of groupsOf(operations)) {
        await this.runGroup(manager, principal, group, isAtomic, outcomes);
      }
      return { results: outcomes.map(toResult) };
    };
    if (isAtomic || request) {
      return this.idempotency.once(request, (manager) => work(manager, []), subjectsOf);
    }
    const outcomes: Outcome[] = [];
    return work(this.dataSource.manager, outcomes).catch((thrown: unknown) => {
      const rest = this.unavailableOutcomes(thrown, operations.length, outcomes.length);
      return { results: [...outcomes, ...rest].map(toResult) };
    });
  }

  /**
   * The outcomes of the operations after those that are committed. The client needs the results of the
   * committed ones, because it must not send them again.
   *
   * @throws what was thrown, when nothing is committed or PostgreSQL is available
   */
  private unavailableOutcomes(thrown: unknown, total: number, done: number): Outcome[] {
    if (done === 0 || !isUnavailable(thrown)) throw thrown;
    this.log.warn({ err: thrown, total, done }, 'A batch was not executed completely');
    return Array.from({ length: total - done }, () => ({ error: toAppError(thrown) }));
  }

  /** Adds the outcome of each operation of the group to `outcomes`, once it is certain. */
  private async runGroup(
    manager: EntityManager,
    principal: Principal,
    group: readonly Operation[],
    isAtomic: boolean,
    outcomes: Outcome[],
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const found = await manager.transaction((inner) =>
          this.runTogether(inner, principal, group, isAtomic),
        );
        outcomes.push(...found);
        return;
      } catch (thrown) {
        // In one transaction, a half would keep its locks while the next one waits. Two batches of the same
        // customers could then wait for each other.
        const isInOneTransaction = manager.queryRunner !== undefined;
        if (isInOneTransaction && isRetryable(thrown)) throw thrown;
        const isLost = group.some((operation) => isLostRace(operation, thrown));
        const isWhole = isInOneTransaction || group.length === 1;
        if (isLost && isWhole && attempt < UPSERT_ATTEMPTS) continue;
        if (group.length > 1 && isDivisible(thrown)) {
          for (const half of halvesOf(group)) {
            await this.runGroup(manager, principal, half, isAtomic, outcomes);
          }
          return;
        }
        const [operation] = group;
        if (!operation || !(thrown instanceof AppError)) throw thrown;
        if (isAtomic || group.length > 1) throw withOperation(thrown, operation.index);
        outcomes.push({ error: thrown });
        return;
      }
    }
  }

  private async runTogether(
    manager: EntityManager,
    principal: Principal,
    group: readonly Operation[],
    isAtomic: boolean,
  ): Promise<Outcome[]> {
    const keys = group.flatMap(({ key }) => key ?? []);
    const found = await this.customers.lockAll(manager, keys);
    const isShared = new Set(found.map(({ id }) => id)).size < found.length;
    if (isShared || movesValues(group, found)) throw new DependentOperationsError();
    const { requireIfMatch } = this.config;
    const plans = group.map((operation) => planOf(operation, found, requireIfMatch));
    const failed = isAtomic ? plans.findIndex((plan) => 'error' in plan) : -1;
    // The operations before it are written: one of them may fail, and would then be the first failure.
    const written = await this.customers.writeAll(
      manager,
      principal,
      plans.slice(0, failed === -1 ? plans.length : failed).flatMap(writesOf),
    );
    const failure = plans[failed];
    if (failure && 'error' in failure)
      throw withOperation(failure.error, group[failed]?.index ?? 0);
    return plans.map((plan) => outcomeOf(plan, written));
  }
}

function halvesOf<T>(group: readonly T[]): (readonly T[])[] {
  const half = Math.ceil(group.length / 2);
  return [group.slice(0, half), group.slice(half)];
}

function isDivisible(thrown: unknown): boolean {
  if (thrown instanceof DependentOperationsError || isRetryable(thrown)) return true;
  return thrown instanceof AppError && thrown.status === 409;
}

/**
 * Whether another request may have created the customer after this request looked it up. PostgreSQL may
 * report its e-mail as taken before its external id.
 */
function isLostRace({ method }: Operation, thrown: unknown): boolean {
  const code = thrown instanceof AppError ? thrown.code : undefined;
  return method === 'upsert' && (code === 'external_id_taken' || code === 'email_taken');
}

/** The ids of the customers in a response. Erasing one of them also removes the kept response. */
function subjectsOf({ results }: BatchResponse): string[] {
  return results.flatMap(({ customer }) => (customer ? [customer.id] : []));
}
