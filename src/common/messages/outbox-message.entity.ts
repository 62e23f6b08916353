import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** A message to send. It contains no text and no secret, because both are made when it is sent. */
@Entity('outbox')
@Index('outbox_due_at_idx', ['dueAt'])
export class OutboxMessage {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'outbox_pkey' })
  id: string;

  @Column('text')
  kind: string;

  /** The composer of the kind finds the recipient by this value, such as an address. */
  @Column('text')
  identifier: string;

  /** The `traceparent` of the request that caused the message, for the gateway. */
  @Column('text', { nullable: true })
  traceparent: string | null;

  @Column('integer', { default: 0 })
  attempts: number;

  /** When the next attempt is due, or when the lease of a worker expires. */
  @InstantColumn({ name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  @InstantColumn({ name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
