import { AppError, type FieldError } from '../../common/errors/app-error.js';
import type { FieldErrorCode } from '../../common/errors/catalogue.js';
import { validationFailed } from '../../common/errors/errors.js';
import { type IfMatch, parseIfMatch } from '../../common/http/preconditions.js';
import { toDto, unknownField, within } from '../../common/validation/dto.pipe.js';
import { isPlainObject } from '../../common/validation/plain-object.js';
import { isUuid } from '../../common/validation/formats.js';
import { CUSTOMER_FIELDS } from '../customer-fields.js';
import { CustomerBody } from '../customers.dto.js';
import type { CustomerKey } from '../customer-statements.js';
import { type BatchMethod, METHODS } from './batch.dto.js';

/** A checked operation. An invalid body fails only its own operation. */
export type Operation = { index: number; ifMatch: IfMatch } & (
  | { method: 'create'; key?: undefined; body: CustomerBody }
  | { method: 'update' | 'upsert'; key: CustomerKey; body: CustomerBody }
  | { method: 'delete'; key: CustomerKey; body?: undefined }
  | { method: 'invalid'; key?: undefined; body?: undefined; error: AppError }
);

const KEYS = ['method', 'id', 'external_id', 'if_match', 'body'];

/** The JSON pointer to an operation, or to a part of it, in the body of the request. */
export function pointerTo(index: number, part = ''): string {
  return `/operations/${index}${part}`;
}

/** @throws AppError 400 when an element of the list does not have the form of an operation */
export async function checkOperations(operations: readonly unknown[]): Promise<Operation[]> {
  const errors = operations.flatMap((operation, index) => problemsOf(operation, index));
  if (errors.length > 0) throw validationFailed(errors);
  return Promise.all(
    operations.map((operation, index) => toOperation(operation as RawOperation, index)),
  );
}

interface RawOperation {
  method: BatchMethod;
  id?: string;
  external_id?: string;
  if_match?: string;
  body?: unknown;
}

async function toOperation(raw: RawOperation, index: number): Promise<Operation> {
  const { method } = raw;
  try {
    const ifMatch = ifMatchOf(raw, index);
    const key: CustomerKey =
      raw.id === undefined ? { externalId: raw.external_id ?? '' } : { id: raw.id.toLowerCase() };
    if (method === 'delete') return { index, ifMatch, method, key };
    const body = await toDto(CustomerBody, raw.body, pointerTo(index, '/body'));
    return method === 'create'
      ? { index, ifMatch, method, body }
      : { index, ifMatch, method, key, body };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { index, ifMatch: undefined, method: 'invalid', error };
  }
}

function ifMatchOf({ if_match: text }: RawOperation, index: number): IfMatch {
  try {
    return parseIfMatch(text);
  } catch {
    const detail = 'must be * or entity tags as sent in ETag, such as "3" with its quotes';
    throw validationFailed([{ pointer: pointerTo(index, '/if_match'), code: 'format', detail }]);
  }
}

type Problem = (part: string, code: FieldErrorCode, detail: string) => FieldError[];

/** Checks the form of an operation: its keys, their types, and which of them go together. */
function problemsOf(operation: unknown, index: number): FieldError[] {
  const problem: Problem = (part, code, detail) => [
    { pointer: pointerTo(index, part), code, detail },
  ];
  if (!isPlainObject(operation)) return problem('', 'type', 'must be an object');
  const { method } = operation;
  const unknown = Object.keys(operation).find((name) => !KEYS.includes(name));
  if (unknown !== undefined) return [within(unknownField(unknown, 'body'), pointerTo(index))];
  if (!METHODS.includes(method as BatchMethod)) {
    return problem('/method', 'enum', `must be one of ${METHODS.join(', ')}`);
  }
  for (const name of ['id', 'external_id', 'if_match']) {
    const value = operation[name];
    if (value !== undefined && typeof value !== 'string') {
      return problem(`/${name}`, 'type', 'must be a string');
    }
  }
  return problemsOfParts(operation, problem);
}

/** Checks which parts an operation of this method has. */
function problemsOfParts(
  { method, id, external_id: externalId, if_match: ifMatch, body }: Record<string, unknown>,
  problem: Problem,
): FieldError[] {
  const keys = [id, externalId].filter((key) => key !== undefined);
  if (method === 'create' && keys.length > 0) {
    return problem('', 'one_of', 'create takes neither id nor external_id beside the body');
  }
  if (method === 'create' && ifMatch !== undefined) {
    return problem('/if_match', 'unknown_field', 'create takes no if_match');
  }
  if (method === 'upsert' && (externalId === undefined || id !== undefined)) {
    return problem('/external_id', 'required', 'upsert takes external_id, and no id');
  }
  if (method !== 'create' && keys.length !== 1) {
    return problem('', 'one_of', 'takes exactly one of id and external_id');
  }
  if (id !== undefined && !isUuid(id as string)) return problem('/id', 'format', 'must be a UUID');
  if (externalId !== undefined) {
    const broken = CUSTOMER_FIELDS.external_id.rules.find(
      (rule) => !rule.accepts(externalId as string),
    );
    if (broken) return problem('/external_id', broken.code, broken.detail);
  }
  if ((method === 'delete') !== (body === undefined)) {
    return method === 'delete'
      ? problem('/body', 'unknown_field', 'delete takes no body')
      : problem('/body', 'required', 'is required');
  }
  return [];
}
