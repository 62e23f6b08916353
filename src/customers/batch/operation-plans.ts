import { AppError } from '../../common/errors/app-error.js';
import { notFound, preconditionFailed } from '../../common/errors/errors.js';
import { checkIfMatch } from '../../common/http/preconditions.js';
import type { CustomerWrite } from '../customer-batch-statements.js';
import type { CustomerFields } from '../customer-fields.js';
import {
  applyPatch,
  checkCustomer,
  checkExternalId,
  diffOf,
  patchOf,
  replacementOf,
} from '../customer-patch.js';
import { valueOf } from '../customer-statements.js';
import type { CustomerResponse } from '../customers.dto.js';
import { withPointersInto } from './batch.errors.js';
import { hasKey } from './operation-groups.js';
import type { Operation } from './operations.js';

/** The result of one operation. */
export type Outcome =
  { status: 200 | 201; customer: CustomerResponse } | { status: 204 } | { error: AppError };

/** What an operation writes. One that writes nothing already has its outcome. */
export type Plan = Outcome | { write: CustomerWrite };

/** @param found the customers of the group, as they are now */
export function planOf(
  operation: Operation,
  found: readonly CustomerResponse[],
  requireIfMatch: boolean,
): Plan {
  if (operation.method === 'invalid') return { error: operation.error };
  try {
    const { key } = operation;
    const current = key && found.find((customer) => hasKey(customer, key));
    return current ? planFor(operation, current, requireIfMatch) : planNew(operation);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { error: withPointersInto(error, operation.index) };
  }
}

export function writesOf(plan: Plan): CustomerWrite[] {
  return 'write' in plan ? [plan.write] : [];
}

/** @param written the written customers by the `index` of their operations */
export function outcomeOf(plan: Plan, written: ReadonlyMap<number, CustomerResponse>): Outcome {
  if (!('write' in plan)) return plan;
  const { index, action } = plan.write;
  const customer = written.get(index);
  if (!customer) throw new Error('A locked customer was not written');
  if (action === 'customer_deleted') return { status: 204 };
  return { status: action === 'customer_created' ? 201 : 200, customer };
}

type ValidOperation = Exclude<Operation, { method: 'invalid' }>;

const EMPTY: CustomerFields = replacementOf({});

/** Plans an operation for which there is no customer. */
function planNew(operation: ValidOperation): Plan {
  const { index, method, ifMatch } = operation;
  if (method === 'create') {
    const customer = replacementOf(operation.body);
    checkCustomer(customer);
    return { write: toCreation(index, customer) };
  }
  if (method !== 'upsert') throw notFound('customer');
  if (ifMatch !== undefined) {
    throw preconditionFailed('There is no such customer, so if_match cannot match.');
  }
  const { body, key } = operation;
  const externalId = valueOf(key);
  checkExternalId(body, externalId);
  const customer = applyPatch({ ...EMPTY, external_id: externalId }, patchOf(body));
  return { write: toCreation(index, customer) };
}

function planFor(
  operation: ValidOperation,
  current: CustomerResponse,
  requireIfMatch: boolean,
): Plan {
  const { index, method, ifMatch } = operation;
  checkIfMatch(ifMatch, current.version, requireIfMatch);
  if (method === 'delete') {
    return { write: { index, action: 'customer_deleted', customer: current } };
  }
  if (method === 'upsert') checkExternalId(operation.body, current.external_id ?? '');
  const customer = applyPatch(current, patchOf(operation.body));
  const diff = diffOf(current, customer);
  if (Object.keys(diff).length === 0) return { status: 200, customer: current };
  return { write: { index, action: 'customer_updated', customer, diff } };
}

function toCreation(index: number, customer: CustomerFields): CustomerWrite {
  return { index, action: 'customer_created', customer, diff: diffOf(undefined, customer) };
}
