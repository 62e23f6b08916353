import type { CustomerBody, CustomerResponse } from '../customers.dto.js';
import type { Operation } from './operations.js';

/** Splits the operations into groups whose keys do not repeat a customer. The order is kept. */
export function groupsOf(operations: readonly Operation[]): Operation[][] {
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

/** Whether an operation sets an e-mail or an external id that the customer of another operation has. */
export function movesValues(
  group: readonly Operation[],
  found: readonly CustomerResponse[],
): boolean {
  const holders = new Map(
    found.flatMap((customer) => uniqueValuesOf(customer).map((value) => [value, customer])),
  );
  return group.some(({ key, body }) =>
    uniqueValuesOf(body ?? {}).some((value) => {
      const holder = holders.get(value);
      return holder !== undefined && !(key && hasKey(holder, key));
    }),
  );
}

export function hasKey(customer: CustomerResponse, key: NonNullable<Operation['key']>): boolean {
  return 'id' in key ? customer.id === key.id : customer.external_id === key.externalId;
}

function uniqueValuesOf({ email, external_id: externalId }: CustomerBody): string[] {
  return [
    ...(email ? [`email:${email.toLowerCase()}`] : []),
    ...(externalId ? [`external_id:${externalId}`] : []),
  ];
}
