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
  'password_changed',
  'user_created',
  'user_updated',
  'role_changed',
  'status_changed',
  'user_deleted',
  'denied',
  'customer_created',
  'customer_updated',
  'customer_deleted',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
export type AuditOutcome = 'success' | 'failure';

interface AuditRecord {
  action: AuditAction;
  outcome?: AuditOutcome;
  actorId?: string;
  subject?: { type: 'user' | 'session' | 'customer'; id: string };
  details?: Record<string, unknown>;
}

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
}
