import { currentTraceparent } from '../common/logging/trace-id.js';
import type { Client, Principal } from '../common/security/principal.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';

/** The record that an event describes. */
export interface Subject {
  type: 'user' | 'session' | 'customer' | 'import' | 'webhook';
  id: string;
  /** The version of the record after the change, for the feed of changes. */
  version?: number;
}

/** An event as a feature reports it. The repository adds the time and the client. */
export interface AuditRecord<S = Subject> {
  action: AuditAction;
  /** Default: success. */
  outcome?: AuditOutcome;
  /** The account that acted, when the request carries no principal. */
  actorId?: string;
  subject?: S;
  details?: Record<string, unknown>;
}

/** The caller: a principal, a client that is not logged in, or undefined for a command. */
export type Actor = Client | Principal | undefined;

/** The types of the first columns of an INSERT, which PostgreSQL does not infer in a SELECT. */
export const COLUMN_TYPES = [
  'text',
  'text',
  'uuid',
  'text',
  'text',
  'text',
  'text',
  'jsonb',
] as const;

/**
 * The head of every INSERT into `audit_events`; statements append VALUES or a SELECT. A background job
 * belongs to no trace, so it writes NULL as `traceparent`.
 */
export const INSERT_EVENTS = `INSERT INTO audit_events (action, outcome, actor_id, subject_type, ip,
  request_id, traceparent, details, subject_id, subject_version)`;

/** Adds the id of the API key to the details, because an account can have several keys. */
export function withKey(
  actor: Actor,
  details: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  const keyId = actor && 'keyId' in actor ? actor.keyId : undefined;
  return keyId === undefined ? details : { ...details, key_id: keyId };
}

function toJson(details: Record<string, unknown> | undefined): string | null {
  return details === undefined ? null : JSON.stringify(details);
}

/** The values of {@link INSERT_EVENTS} up to `details`. The statement adds the others. */
export function eventValues(
  actor: Actor,
  { action, outcome = 'success', actorId, details }: Omit<AuditRecord, 'subject'>,
  subjectType: Subject['type'] | undefined,
): unknown[] {
  return [
    action,
    outcome,
    actorId ?? (actor && 'userId' in actor ? actor.userId : null),
    subjectType ?? null,
    actor?.ip ?? null,
    actor?.requestId ?? null,
    currentTraceparent() ?? null,
    toJson(withKey(actor, details)),
  ];
}
