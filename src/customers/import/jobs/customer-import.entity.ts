import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../../common/database/instant-column.js';

export const IMPORT_MODES = ['insert', 'upsert'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

export const ON_ERROR = ['abort', 'skip'] as const;
export type OnError = (typeof ON_ERROR)[number];

export const IMPORT_STATUSES = ['running', 'succeeded', 'failed', 'cancelled'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** One import of customers, from its first byte to its end. */
@Entity('customer_imports')
@Index('customer_imports_started_at_idx', ['startedAt', 'id'])
@Index('customer_imports_staged_idx', ['leasedUntil'], { where: 'is_staged' })
@Check('customer_imports_mode_check', `mode IN ('insert', 'upsert')`)
@Check('customer_imports_on_error_check', `on_error IN ('abort', 'skip')`)
@Check('customer_imports_status_check', `status IN ('running', 'succeeded', 'failed', 'cancelled')`)
export class CustomerImport {
  @PrimaryColumn('uuid', {
    default: () => 'new_id()',
    primaryKeyConstraintName: 'customer_imports_pkey',
  })
  id: string;

  @Column('text')
  mode: ImportMode;

  @Column('text', { name: 'on_error' })
  onError: OnError;

  @Column('boolean', { name: 'is_dry_run' })
  isDryRun: boolean;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text', { nullable: true })
  ip: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('text', { default: 'running' })
  status: ImportStatus;

  @Column('bigint', { name: 'received_bytes', default: 0 })
  receivedBytes: string;

  @Column('bigint', { name: 'total_bytes', nullable: true })
  totalBytes: string | null;

  @Column('integer', { default: 0 })
  processed: number;

  @Column('integer', { default: 0 })
  created: number;

  @Column('integer', { default: 0 })
  updated: number;

  @Column('integer', { default: 0 })
  skipped: number;

  @Column('integer', { default: 0 })
  failed: number;

  @Column('integer', { default: 0 })
  warnings: number;

  /** UnderstoodColumn[]; null until the file has been read. */
  @Column('jsonb', { nullable: true })
  columns: unknown;

  /** string[]; null until the file has been read. */
  @Column('jsonb', { name: 'dropped_columns', nullable: true })
  droppedColumns: unknown;

  /** ProblemSummary[]; null until the rows have been checked. */
  @Column('jsonb', { nullable: true })
  problems: unknown;

  @InstantColumn({ name: 'started_at', default: () => 'now()' })
  startedAt: Date;

  @InstantColumn({ name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_detail', nullable: true })
  errorDetail: string | null;

  /** The process that runs the import renews this lease. When it has expired, the process has died. */
  @InstantColumn({ name: 'leased_until' })
  leasedUntil: Date;

  /** Whether the staging table may still contain rows of the import. */
  @Column('boolean', { name: 'is_staged', default: true })
  isStaged: boolean;
}
