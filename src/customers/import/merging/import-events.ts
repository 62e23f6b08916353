import type { ImportJob } from '../jobs/customer-imports.repository.js';

/** The user, the IP address and the request in the audit events of an import. */
export type Author = readonly [string | null, string | null, string | null];

export function authorOf({ actor }: ImportJob): Author {
  return [actor?.userId ?? null, actor?.ip ?? null, actor?.requestId ?? null];
}

/**
 * The SELECT that follows INSERT_EVENTS, for the audit event of one customer. $1 is the import. An
 * import belongs to no trace: it outlives its request.
 *
 * @param written SQL expressions for the id of the customer, its new version, and the diff
 * @param first the number of the first placeholder of the author
 */
export function auditEvent(
  action: 'customer_created' | 'customer_updated',
  { id, version, diff }: Readonly<Record<'id' | 'version' | 'diff', string>>,
  first: number,
): string {
  const [user, ip, request] = [first, first + 1, first + 2];
  return `SELECT '${action}', 'success', $${user}::uuid, 'customer', $${ip}::text, $${request}::text,
    NULL, jsonb_build_object('import_id', $1::uuid, 'changes', ${diff}), ${id}, ${version}`;
}
