import { identityMissing } from './customers.errors.js';
import type { CustomerBody, CustomerResponse } from './customers.dto.js';

export const EDITABLE = ['external_id', 'name', 'email', 'dob', 'country', 'language'] as const;

/** What clients set, under the names on the wire. */
export type Editable = Pick<CustomerResponse, (typeof EDITABLE)[number]>;

const NOTHING: Editable = {
  external_id: null,
  name: null,
  email: null,
  dob: null,
  country: null,
  language: null,
};

/** PUT and POST: a missing field is null. */
export function wholeOf(body: CustomerBody): Editable {
  return { ...NOTHING, ...sentOf(body) };
}

/** PATCH: the fields that were sent. */
export function sentOf(body: CustomerBody): Partial<Editable> {
  const sent = EDITABLE.filter((field) => body[field] !== undefined);
  return Object.fromEntries(sent.map((field) => [field, body[field]]));
}

/** What tells who a customer is: at least one of them is there. */
export const IDENTITY = ['name', 'email', 'external_id'] as const;

/** @throws AppError 400 when nothing tells who the customer is */
export function requireIdentity(customer: Editable): void {
  if (IDENTITY.every((field) => customer[field] === null)) throw identityMissing();
}

/** What the audit log keeps of a change: before and after of each field that differs. */
export type Changes = Partial<Record<keyof Editable, { from: string | null; to: string | null }>>;

export function changesOfNew(customer: Editable): Changes {
  const set = EDITABLE.filter((field) => customer[field] !== null);
  return Object.fromEntries(set.map((field) => [field, { from: null, to: customer[field] }]));
}
