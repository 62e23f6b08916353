import { validationFailed } from '../common/errors/errors.js';
import { type CustomerFields, FIELD_NAMES, IDENTIFYING_FIELDS } from './customer-fields.js';
import type { CustomerBody } from './customers.dto.js';
import { identityMissing } from './customers.errors.js';
import { MAXIMUM_KEYS, mergeMetadata, type MetadataPatch } from './metadata.js';

/** A patch: the fields to set, and the keys of metadata to merge. */
export type CustomerPatch = Partial<CustomerFields> & { metadataKeys?: MetadataPatch };

/** The diff of an update for the audit log: each changed field before and after. */
export type CustomerDiff = Record<string, { from: string | null; to: string | null }>;

/** PATCH: only the fields that were sent. */
export function patchOf({ metadata, ...body }: CustomerBody): CustomerPatch {
  const sent = FIELD_NAMES.filter((field) => field !== 'metadata' && body[field] !== undefined);
  const patch: CustomerPatch = Object.fromEntries(
    sent.map((field) => [field, (body as CustomerBody)[field]]),
  );
  if (metadata === null) return { ...patch, metadata };
  return metadata === undefined ? patch : { ...patch, metadataKeys: metadata };
}

/** POST and PUT: a missing field is null. */
export function replacementOf(body: CustomerBody): CustomerFields {
  return {
    ...(Object.fromEntries(
      FIELD_NAMES.map((field) => [field, body[field] ?? null]),
    ) as CustomerFields),
    metadata: mergeMetadata(null, body.metadata ?? {}),
  };
}

/** Applies a patch. @throws AppError 400 when the result is not a valid customer */
export function applyPatch<Customer extends CustomerFields>(
  customer: Customer,
  patch: CustomerPatch,
): Customer {
  const { metadataKeys, ...fields } = patch;
  const patched = { ...customer, ...fields };
  if (metadataKeys) patched.metadata = mergeMetadata(customer.metadata, metadataKeys);
  checkCustomer(patched);
  return patched;
}

/** @throws AppError 400 when no field identifies the customer, or it has too many keys of metadata */
export function checkCustomer(customer: CustomerFields): void {
  if (IDENTIFYING_FIELDS.every((field) => customer[field] === null)) throw identityMissing();
  if (Object.keys(customer.metadata ?? {}).length > MAXIMUM_KEYS) {
    const detail = `must have at most ${MAXIMUM_KEYS} keys`;
    throw validationFailed([{ pointer: '/metadata', code: 'length', detail }]);
  }
}

/** @throws AppError 400 when the body has another external id than the request */
export function checkExternalId({ external_id: sent }: CustomerBody, externalId: string): void {
  if (sent === undefined || sent === externalId) return;
  const detail = 'must be missing, or equal to the external id in the request';
  throw validationFailed([{ pointer: '/external_id', code: 'one_of', detail }]);
}

/** @param before undefined for a new customer */
export function diffOf(before: CustomerFields | undefined, after: CustomerFields): CustomerDiff {
  const [was, is] = [before ? textsOf(before) : new Map<string, string>(), textsOf(after)];
  const names = [...new Set([...is.keys(), ...was.keys()])];
  return Object.fromEntries(
    names
      .map((name) => [name, { from: was.get(name) ?? null, to: is.get(name) ?? null }] as const)
      .filter(([, { from, to }]) => from !== to),
  );
}

/** The values that are not null. Each key of metadata is a separate entry. */
function textsOf(customer: CustomerFields): Map<string, string> {
  const texts = new Map<string, string>();
  for (const field of FIELD_NAMES) {
    if (field === 'metadata') continue;
    const value = customer[field];
    if (value !== null) texts.set(field, value);
  }
  for (const [key, value] of Object.entries(customer.metadata ?? {})) {
    texts.set(`metadata.${key}`, value);
  }
  return texts;
}
