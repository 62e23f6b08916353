import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Client, Principal } from '../security/principal.js';
import { AuditEvent } from './audit-event.entity.js';

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

interface AuditRecord {
  action: AuditAction;
  outcome?: AuditOutcome;
  actorId?: string;
  subject?: { type: 'user' | 'session' | 'customer' | 'import'; id: string };
  details?: Record<string, unknown>;
}

const ERASED = '[erased]';

/** Writes audit events, always in the transaction of what they tell about. */
@Injectable()
export class Audit {
  async record(
    manager: EntityManager,
    actor: Client | Principal | undefined,
    { action, outcome = 'success', actorId, subject, details }: AuditRecord,
  ): Promise<void> {
    await manager.insert(AuditEvent, {
      action,
      outcome,
      actorId: actorId ?? (actor && 'userId' in actor ? actor.userId : null),
      subjectType: subject?.type ?? null,
      subjectId: subject?.id ?? null,
      ip: actor?.ip ?? null,
      requestId: actor?.requestId ?? null,
      details: details as never,
    });
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
