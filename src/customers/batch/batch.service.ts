import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../common/config/config.js';
import { isRetryable } from '../../common/database/database-errors.js';
import { AppError, type FieldError } from '../../common/errors/app-error.js';
import { notFound, preconditionFailed } from '../../common/errors/errors.js';
import { checkIfMatch } from '../../common/http/preconditions.js';
import { Idempotency, type IdempotentRequest } from '../../common/idempotency/idempotency.js';
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
import { checkOperations, type Operation, pointerTo } from './operations.js';

/** The result of one operation. */
export type Outcome =
  { status: 200 | 201; customer: CustomerResponse } | { status: 204 } | { error: AppError };

/** Two operations of a group concern the same customer, so they cannot share a statement. */
class SharedCustomerError extends Error {}

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
    const work = async (manager: EntityManager): Promise<BatchResponse> => {
      const outcomes: Outcome[] = [];
      for (const group of groupsOf(operations)) {
        outcomes.push(...(await this.runGroup(manager, principal, group, isAtomic)));
      }
      return { results: outcomes.map(toResult) };
    };
    if (!isAtomic && !request) return work(this.dataSource.manager);
    return this.idempotency.once(request, work, subjectsOf);
  }

  private async runGroup(
    manager: EntityManager,
    principal: Principal,
    group: readonly Operation[],
    isAtomic: boolean,
  ): Promise<Outcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await manager.transaction((inner) =>
          this.runTogether(inner, principal, group, isAtomic),
        );
      } catch (thrown) {
        if (group.length > 1 && isDivisible(thrown)) {
          const half = Math.ceil(group.length / 2);
          return [
            ...(await this.runGroup(manager, principal, group.slice(0, half), isAtomic)),
            ...(await this.runGroup(manager, principal, group.slice(half), isAtomic)),
          ];
        }
        const [operation] = group;
        if (!operation || !(thrown instanceof AppError)) throw thrown;
        if (isLostRace(operation, thrown) && attempt < UPSERT_ATTEMPTS) continue;
        if (isAtomic || group.length > 1) throw withOperation(thrown, operation.index);
        return [{ error: thrown }];
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
    if (isShared) throw new SharedCustomerError();
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

function hasKey(customer: CustomerResponse, key: NonNullable<Operation['key']>): boolean {
  return 'id' in key ? customer.id === key.id : customer.external_id === key.externalId;
}

/** Splits the operations into groups whose keys do not repeat a customer. The order is kept. */
function groupsOf(operations: readonly Operation[]): Operation[][] {
  const groups: Operation[][] = [[]];
  let known = new Set<string>();
  for (const operation of operations) {
    const { key, body } = operation;
    const names = [
      ...(key ? ['id' in key ? `id:${key.id}` : `external_id:${key.externalId}`] : []),
      ...(typeof body?.external_id === 'string' ? [`external_id:${body.external_id}`] : []),
    ];
    if (names.some((name) => known.has(name))) {
      groups.push([]);
      known = new Set();
    }
    for (const name of names) known.add(name);
    groups.at(-1)?.push(operation);
  }
  return groups;
}

function isDivisible(thrown: unknown): boolean {
  if (thrown instanceof SharedCustomerError || isRetryable(thrown)) return true;
  return thrown instanceof AppError && thrown.status === 409;
}

/**
 * Whether another request may have created the customer after this request looked it up. PostgreSQL may
 * report its e-mail as taken before its external id.
 */
function isLostRace({ method }: Operation, { code }: AppError): boolean {
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
