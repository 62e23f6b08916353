import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';

/** Documents the schema; `AuditEventsRepository` uses SQL. */
@Entity('audit_events')
@Index('audit_events_at_idx', ['at', 'id'])
@Index('audit_events_action_idx', ['action', 'at', 'id'])
@Index('audit_events_subject_id_idx', ['subjectId', 'at', 'id'])
@Index('audit_events_actor_id_idx', ['actorId', 'at', 'id'])
@Index('audit_events_failed_idx', ['at', 'id'], { where: `outcome = 'failure'` })
@Index('audit_events_feed_idx', { synchronize: false })
@Check('audit_events_outcome_check', `outcome IN ('success', 'failure')`)
export class AuditEvent {
  @PrimaryColumn('uuid', {
    default: () => 'new_id()',
    primaryKeyConstraintName: 'audit_events_pkey',
  })
  id: string;

  @InstantColumn({ default: () => 'clock_timestamp()' })
  at: Date;

  @Column('text')
  action: AuditAction;

  @Column('text')
  outcome: AuditOutcome;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text', { name: 'subject_type', nullable: true })
  subjectType: string | null;

  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId: string | null;

  @Column('text', { nullable: true })
  ip: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  /** The `traceparent` of the request, if it had one. */
  @Column('text', { nullable: true })
  traceparent: string | null;

  @Column('jsonb', { nullable: true })
  details: Record<string, unknown> | null;

  /** The version of the subject after the change. */
  @Column('integer', { name: 'subject_version', nullable: true })
  subjectVersion: number | null;

  /**
   * The transaction of the event, for the feed. Null in rows that are older than the feed. The default
   * is written without its casts, because TypeORM compares it without them.
   */
  @Column('bigint', { nullable: true, default: () => '((pg_current_xact_id()))' })
  tx: string | null;
}
