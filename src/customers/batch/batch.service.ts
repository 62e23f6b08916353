import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { isRetryable, isUnavailable } from '../../common/database/database-errors.js';
import { AppError, type FieldError } from '../../common/errors/app-error.js';
import { notFound, preconditionFailed } from '../../common/errors/errors.js';
import { toAppError } from '../../common/errors/translate.js';
import { checkIfMatch } from '../../common/http/preconditions.js';
import { Idempotency, type IdempotentRequest } from '../../common/idempotency/idempotency.js';
import { Log } from '../../common/logging/log.js';
import type { Principal } from '../../common/security/principal.js';
import type { CustomerFields } from '../customer-fields.js';
import {
  applyPatch,
  checkCustomer,
  checkExternalId,
  diffOf,
  patchOf,
  replacementOf,
} from '../customer-patch.js';
import type { CustomerResponse } from '../customers.dto.js';
import type { CustomerWrite } from '../customer-batch-statements.js';
import { valueOf } from '../customer-statements.js';
import { CustomersRepository } from '../customers.repository.js';
import type { BatchBody, BatchResponse, BatchResult } from './batch.dto.js';
import { groupsOf, hasKey, movesValues } from './operation-groups.js';
import { checkOperations, type Operation, pointerTo } from './operations.js';

/** The result of one operation. */
export type Outcome =
  { status: 200 | 201; customer: CustomerResponse } | { status: 204 } | { error: AppError };

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
          const half = Math.ceil(group.length / 2);
          await this.runGroup(manager, principal, group.slice(0, half), isAtomic, outcomes);
          await this.runGroup(manager, principal, group.slice(half), isAtomic, outcomes);
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
    const plans = group.map((operation) => this.plan(operation, found));
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
    return plans.map((plan): Outcome => {
      if (!('write' in plan)) return plan;
      const { index, action } = plan.write;
      const customer = written.get(index);
      if (!customer) throw new Error('A locked customer was not written');
      if (action === 'customer_deleted') return { status: 204 };
      return { status: action === 'customer_created' ? 201 : 200, customer };
    });
  }

  /** Decides what an operation writes. An operation that writes nothing already has its outcome. */
  private plan(
    operation: Operation,
    found: readonly CustomerResponse[],
  ): Outcome | { write: CustomerWrite } {
    if (operation.method === 'invalid') return { error: operation.error };
    try {
      const { key } = operation;
      const current = key && found.find((customer) => hasKey(customer, key));
      return this.planValid(operation, current);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { error: withPointersInto(error, operation.index) };
    }
  }

  private planValid(
    operation: Exclude<Operation, { method: 'invalid' }>,
    current: CustomerResponse | undefined,
  ): Outcome | { write: CustomerWrite } {
    const { index, method, ifMatch } = operation;
    if (method === 'create') {
      const customer = replacementOf(operation.body);
      checkCustomer(customer);
      return { write: toCreation(index, customer) };
    }
    if (!current) {
      if (method !== 'upsert') throw notFound('customer');
      if (ifMatch !== undefined)
        throw preconditionFailed('There is no such customer, so if_match cannot match.');
      const { body, key } = operation;
      const externalId = valueOf(key);
      checkExternalId(body, externalId);
      const customer = applyPatch({ ...EMPTY, external_id: externalId }, patchOf(body));
      return { write: toCreation(index, customer) };
    }
    checkIfMatch(ifMatch, current.version, this.config.requireIfMatch);
    if (method === 'delete') {
      return { write: { index, action: 'customer_deleted', customer: current } };
    }
    if (method === 'upsert') checkExternalId(operation.body, current.external_id ?? '');
    const customer = applyPatch(current, patchOf(operation.body));
    const diff = diffOf(current, customer);
    if (Object.keys(diff).length === 0) return { status: 200, customer: current };
    return { write: { index, action: 'customer_updated', customer, diff } };
  }
}

const EMPTY: CustomerFields = replacementOf({});

function writesOf(plan: Outcome | { write: CustomerWrite }): CustomerWrite[] {
  return 'write' in plan ? [plan.write] : [];
}

function toCreation(index: number, customer: CustomerFields): CustomerWrite {
  return { index, action: 'customer_created', customer, diff: diffOf(undefined, customer) };
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

/** Makes the pointers of an error relative to the body of the batch. */
function withPointersInto(error: AppError, index: number): AppError {
  const prefix = pointerTo(index);
  const errors = error.errors?.map((problem): FieldError =>
    'pointer' in problem && !problem.pointer.startsWith('/operations/')
      ? { ...problem, pointer: `${prefix}/body${problem.pointer}` }
      : problem,
  );
  return errors ? withErrors(error, errors) : error;
}

/** Names the failed operation in `errors`, for the response to the whole batch. */
function withOperation(error: AppError, index: number): AppError {
  if (error.errors) return error;
  const pointer = pointerTo(index, FIELD_OF[error.code]);
  const errors: FieldError[] = [{ pointer, code: 'one_of', detail: error.message }];
  return withErrors(error, errors);
}

function withErrors({ code, message, headers }: AppError, errors: readonly FieldError[]): AppError {
  return new AppError(code, { detail: message, errors, headers });
}

const FIELD_OF: Partial<Record<AppError['code'], string>> = {
  email_taken: '/body/email',
  external_id_taken: '/body/external_id',
  precondition_failed: '/if_match',
  precondition_required: '/if_match',
};

/** The ids of the customers in a response. Erasing one of them also removes the kept response. */
function subjectsOf({ results }: BatchResponse): string[] {
  return results.flatMap(({ customer }) => (customer ? [customer.id] : []));
}
