import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantTextColumn } from '../common/database/instant-column.js';
import type { EventType } from '../events/event-types.js';

export const WEBHOOK_STATUSES = ['active', 'paused', 'disabled'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

export const DISABLED_REASONS = ['gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** An endpoint that receives events, with its position in the feed of changes. */
@Entity('webhooks')
@Check('webhooks_status_check', `status IN ('active', 'paused', 'disabled')`)
@Check('webhooks_disabled_reason_check', `disabled_reason IN ('gone', 'failing')`)
export class Webhook {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'webhooks_pkey' })
  id: string;

  /** In the form of the WHATWG URL standard. Empty once the webhook is deleted. */
  @Column('text')
  url: string;

  @Column('text', { array: true })
  types: EventType[];

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { default: 'active' })
  status: WebhookStatus;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason: DisabledReason | null;

  /** Encrypted with the id of the row. Empty once the webhook is deleted. */
  @Column('text')
  secret: string;

  /** The previous secret also signs requests until `previousSecretUntil`. */
  @Column('text', { name: 'previous_secret', nullable: true })
  previousSecret: string | null;

  @InstantTextColumn({ name: 'previous_secret_until', nullable: true })
  previousSecretUntil: string | null;

  /** Deliveries exist for all events up to this position, see `FeedPosition`. */
  @Column('bigint', { name: 'position_tx' })
  positionTx: string;

  @Column('uuid', { name: 'position_id' })
  positionId: string;

  /** Every event after the position was recorded at about this time or later. */
  @InstantTextColumn({ name: 'position_at' })
  positionAt: string;

  /** See `FeedFrontier.history`. */
  @Column('text', { name: 'position_history' })
  positionHistory: string;

  /** The first failure since the last success. */
  @InstantTextColumn({ name: 'failing_since', nullable: true })
  failingSince: string | null;

  /** The row stays until housekeeping has deleted its deliveries, because there can be millions. */
  @InstantTextColumn({ name: 'deleted_at', nullable: true })
  deletedAt: string | null;

  @InstantTextColumn({ name: 'created_at', default: () => 'statement_timestamp()' })
  createdAt: string;

  @InstantTextColumn({ name: 'updated_at', default: () => 'statement_timestamp()' })
  updatedAt: string;

  @Column('integer', { default: 1 })
  version: number;
}
