import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message that is to be sent: neither its text nor a secret, which are made while sending. */
@Entity('outbox')
@Index('outbox_due_at_idx', ['dueAt'])
export class OutboxMessage {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'outbox_pkey' })
  id: string;

  @Column('text')
  kind: string;

  /** What the composer of the kind finds the recipient by: an address, whoever it belongs to. */
  @Column('text')
  identifier: string;

  @Column('integer', { default: 0 })
  attempts: number;

  /** When it may be tried next; while somebody is at it, when that one's lease ends. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()' })
  dueAt: Date;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
