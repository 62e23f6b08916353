import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Client, Principal } from '../common/security/principal.js';

export const AUDIT_ACTIONS = [
  'register',
  'login',
  'login_failed',
  'logout',
  'session_ended',
  'refresh_reused',
  'activated',
  'password_changed',
  'password_reset_requested',
  'password_reset',
  'user_created',
  'user_updated',
  'role_changed',
  'status_changed',
  'user_deleted',
  'denied',
  'customer_created',
  'customer_updated',
  'customer_deleted',
  'customer_restored',
  'customer_erased',
  'customers_imported',
  'customers_exported',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
export const AUDIT_OUTCOMES = ['success', 'failure'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

interface Subject {
  type: 'user' | 'session' | 'customer' | 'import';
  id: string;
}

interface AuditRecord<S = Subject> {
  action: AuditAction;
  outcome?: AuditOutcome;
  actorId?: string;
  subject?: S;
  details?: Record<string, unknown>;
}

type Actor = Client | Principal | undefined;

/** A change of one row, or of none where there is nothing to change. */
export interface Change {
  /** With RETURNING. */
  sql: string;
  parameters: readonly unknown[];
  /** What is returned of the row, its `id` among them. */
  columns: string;
  /** It returns also `changes`, by which the event tells what changed. */
  tellsChanges?: true;
}

const ERASED = '[erased]';
const INSERT = `INSERT INTO audit_events
  (action, outcome, actor_id, subject_type, ip, request_id, details, subject_id)`;
/** Of all but the last: PostgreSQL takes them from the columns in an INSERT, but not in a SELECT. */
const TYPES = ['text', 'text', 'uuid', 'text', 'text', 'text', 'jsonb'] as const;

/** Writes audit events, always in the transaction of what they tell about. */
@Injectable()
export class Audit {
  async record(
    manager: EntityManager,
    actor: Actor,
    { subject, ...record }: AuditRecord,
  ): Promise<void> {
    const values = [...valuesOf(actor, record, subject?.type), subject?.id ?? null];
    await manager.query(`${INSERT} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, values);
  }

  /**
   * Makes a change and records it as one statement: one way to PostgreSQL, and whole without a
   * transaction around it.
   *
   * @returns the changed row
   */
  async change<Row extends { id: string }>(
    manager: EntityManager,
    actor: Actor,
    { subject, ...record }: AuditRecord<Pick<Subject, 'type'>>,
    { sql, parameters, columns, tellsChanges }: Change,
  ): Promise<Row | undefined> {
    const values = valuesOf(actor, record, subject?.type);
    const typed = TYPES.map((type, index) => `$${parameters.length + index + 1}::${type}`);
    const details = typed.pop();
    const told = tellsChanges
      ? `coalesce(${details}, jsonb_build_object('changes', changes))`
      : details;
    const [row] = await manager.query<Row[]>(
      `WITH changed AS (${sql}), recorded AS (
         ${INSERT} SELECT ${typed.join(', ')}, ${told}, id FROM changed
       ) SELECT ${columns} FROM changed`,
      [...parameters, ...values],
    );
    return row;
  }

  /** Overwrites what `changes` tell about a subject; who did what and when stays. */
  async eraseChanges(manager: EntityManager, subjectId: string): Promise<void> {
    await manager.query(
      `UPDATE audit_events SET details = details || jsonb_build_object('changes', (
         SELECT jsonb_object_agg(field, jsonb_build_object('from', $2::text, 'to', $2::text))
         FROM jsonb_object_keys(details -> 'changes') AS field))
       WHERE subject_id = $1 AND details ? 'changes'`,
      [subjectId, ERASED],
    );
  }
}

/** Values of the columns in {@link INSERT}, but for the last. */
function valuesOf(
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
    details === undefined ? null : JSON.stringify(details),
  ];
}
