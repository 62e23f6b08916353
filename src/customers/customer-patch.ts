import {
  type CustomerField,
  type CustomerFields,
  FIELD_NAMES,
  IDENTIFYING_FIELDS,
} from './customer-fields.js';
import type { CustomerBody } from './customers.dto.js';
import { identityMissing } from './customers.errors.js';

/** What a client sent: the fields that it sets. */
export type CustomerPatch = Partial<CustomerFields>;

/** What the audit log keeps of an update: before and after of each field that differs. */
export type CustomerDiff = Partial<
  Record<CustomerField, { from: string | null; to: string | null }>
>;

/** PATCH: the fields that were sent. */
export function patchOf(body: CustomerBody): CustomerPatch {
  const sent = FIELD_NAMES.filter((field) => body[field] !== undefined);
  return Object.fromEntries(sent.map((field) => [field, body[field]]));
}

/** POST and PUT: a missing field is null. */
export function replacementOf(body: CustomerBody): CustomerFields {
  return Object.fromEntries(
    FIELD_NAMES.map((field) => [field, body[field] ?? null]),
  ) as CustomerFields;
}

/** @throws AppError 400 when no field identifies the customer */
export function requireIdentity(customer: CustomerFields): void {
  if (IDENTIFYING_FIELDS.every((field) => customer[field] === null)) throw identityMissing();
}

export function diffOfNew(customer: CustomerFields): CustomerDiff {
  const set = FIELD_NAMES.filter((field) => customer[field] !== null);
  return Object.fromEntries(set.map((field) => [field, { from: null, to: customer[field] }]));
}
