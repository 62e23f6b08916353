import { INSERT_EVENTS } from '../audit/audit-record.js';
import type { AddressKind } from './address-kinds.js';

/**
 * Statements of UsersRepository for expired accounts and addresses. Each records audit events, so that
 * readers of the feed see the change. Concurrent instances skip each other's rows.
 */

/** $1 are the details of the events. The deletion frees the names and addresses of the accounts. */
export function deleteNeverActivated(limit: number): string {
  return `WITH deleted AS (
      DELETE FROM users WHERE id = ANY (ARRAY(
        SELECT id FROM users WHERE status = 'pending' AND activation_due < now()
        LIMIT ${limit} FOR UPDATE SKIP LOCKED))
      RETURNING id, version),
    recorded AS (
      ${INSERT_EVENTS}
      SELECT 'user_deleted', 'success', NULL::uuid, 'user', NULL, NULL, NULL, $1::jsonb, id,
        version + 1
      FROM deleted)
    SELECT count(*)::integer AS count FROM deleted`;
}

/**
 * Clears set-aside addresses that can no longer be confirmed, because they may belong to other people.
 * It raises the version, because responses show these addresses.
 */
export function clearExpiredSetAside(limit: number): string {
  const isExpired = (kind: AddressKind) =>
    `(pending_${kind} IS NOT NULL AND coalesce(pending_${kind}_until < now(), true))`;
  const cleared = (kind: AddressKind) =>
    `pending_${kind} = CASE WHEN NOT due.${kind} THEN u.pending_${kind} END,
     pending_${kind}_until = CASE WHEN NOT due.${kind} THEN u.pending_${kind}_until END`;
  return `WITH due AS (
      SELECT id, ${isExpired('email')} AS email, ${isExpired('mobile')} AS mobile FROM users
      WHERE ${isExpired('email')} OR ${isExpired('mobile')}
      LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED),
    cleared AS (
      UPDATE users AS u
      SET ${cleared('email')}, ${cleared('mobile')}, version = version + 1,
        updated_at = clock_timestamp()
      FROM due WHERE u.id = due.id
      RETURNING u.id, u.version, array_remove(ARRAY[
        CASE WHEN due.email THEN 'pending_email' END,
        CASE WHEN due.mobile THEN 'pending_mobile' END], NULL) AS fields),
    recorded AS (
      ${INSERT_EVENTS}
      SELECT 'user_updated', 'success', NULL::uuid, 'user', NULL, NULL, NULL,
        jsonb_build_object('fields', fields, 'reason', 'expired'), id, version
      FROM cleared)
    SELECT count(*)::integer AS count FROM cleared`;
}
