import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message to be sent. It holds neither text nor secret: both are made when it is sent. */
@Entity('outbox')
@Index('outbox_due_at_idx', ['dueAt'])
export class OutboxMessage {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'outbox_pkey' })
  id: string;

  @Column('text')
  kind: string;

  /** What the composer of the kind finds the recipient by, such as an address. */
  @Column('text')
  identifier: string;

  /** Of the request that asked for it, so that a gateway can continue the trace. */
  @Column('text', { nullable: true })
  traceparent: string | null;

  @Column('integer', { default: 0 })
  attempts: number;

  /** When the next attempt is due; while a worker holds the message, when its lease ends. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()' })
  dueAt: Date;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
