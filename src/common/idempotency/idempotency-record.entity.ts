import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An `Idempotency-Key` of a user: claimed while its request runs, then with what was answered. */
@Entity('idempotency_keys')
@Index('idempotency_keys_subject_ids_idx', { synchronize: false })
@Index('idempotency_keys_claimed_at_idx', ['claimedAt'])
@Index('idempotency_keys_subject_id_idx', ['subjectId'])
export class IdempotencyRecord {
  @PrimaryColumn('uuid', {
    name: 'user_id',
    primaryKeyConstraintName: 'idempotency_keys_pkey',
  })
  userId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  key: string;

  /** Whose claim it is: a request that lost its claim to a later one must not complete it. */
  @Column('uuid', { name: 'claim_id' })
  claimId: string;

  /** Of method, path and body, so that the table holds no body. */
  @Column('bytea', { name: 'request_hmac' })
  requestHmac: Buffer;

  @Column({ type: 'timestamptz', name: 'claimed_at', precision: 3, default: () => 'now()' })
  claimedAt: Date;

  @Column({ type: 'timestamptz', name: 'completed_at', precision: 3, nullable: true })
  completedAt: Date | null;

  /** The object that the answer shows, so that erasing it finds its copies. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId: string | null;

  /** The same for an answer that shows several objects. */
  @Column('uuid', { name: 'subject_ids', array: true, nullable: true })
  subjectIds: string[] | null;

  /** The body of the answer as text, since `jsonb` would reorder it. */
  @Column('json', { nullable: true })
  response: unknown;
}
