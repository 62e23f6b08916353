import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';
import { EVENT_TYPES, type EventType } from '../events/event-types.js';
import { Webhook } from './webhook.entity.js';

/** A test of an endpoint, sent on request. It is not an event of the feed. */
export const TEST_TYPE = 'webhook.test';
export const DELIVERY_TYPES = [...EVENT_TYPES, TEST_TYPE] as const;
export type DeliveryType = EventType | typeof TEST_TYPE;

export const DELIVERY_STATES = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The reasons of failed attempts. The list is closed, so that no response of a target is shown. */
export const DELIVERY_ERRORS = [
  'address_not_allowed',
  'name_not_found',
  'connection_failed',
  'tls_failed',
  'timeout',
  'invalid_response',
  'redirected',
  'refused',
  'gone',
  'secret_unavailable',
] as const;
export type DeliveryError = (typeof DELIVERY_ERRORS)[number];

/**
 * One event for one webhook. It contains no personal data, because the object is read when the event is
 * sent. Documents the schema; `WebhookDeliveriesRepository` uses SQL.
 */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_due_idx', ['webhookId', 'dueAt'], { where: `state = 'pending'` })
@Index('webhook_deliveries_tests_idx', ['dueAt'], {
  where: `state = 'pending' AND type = 'webhook.test'`,
})
@Index('webhook_deliveries_created_at_idx', ['webhookId', 'createdAt', 'id'])
@Index('webhook_deliveries_failed_idx', ['webhookId', 'createdAt', 'id'], {
  where: `state = 'failed'`,
})
@Index('webhook_deliveries_finished_at_idx', ['finishedAt'], { where: `state <> 'pending'` })
@Check('webhook_deliveries_state_check', `state IN ('pending', 'succeeded', 'failed')`)
export class WebhookDelivery {
  @PrimaryColumn('uuid', {
    default: () => 'new_id()',
    primaryKeyConstraintName: 'webhook_deliveries_pkey',
  })
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  @ForeignKey(() => Webhook, { name: 'webhook_deliveries_webhook_id_fkey' })
  webhookId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text')
  type: DeliveryType;

  @InstantColumn({ name: 'event_at' })
  eventAt: Date;

  @Column('uuid', { name: 'subject_id' })
  subjectId: string;

  @Column('integer', { name: 'subject_version', nullable: true })
  subjectVersion: number | null;

  /** The `traceparent` of the request that caused the event, if it had one. */
  @Column('text', { nullable: true })
  traceparent: string | null;

  @Column('text', { default: 'pending' })
  state: DeliveryState;

  @Column('integer', { default: 0 })
  attempts: number;

  /** When the next attempt is due, or when the lease of a worker expires. */
  @InstantColumn({ name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: DeliveryError | null;

  @InstantColumn({ name: 'created_at', default: () => 'statement_timestamp()' })
  createdAt: Date;

  @InstantColumn({ name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
