import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** An `Idempotency-Key` of a user. It is claimed while the request runs, and then stores the response. */
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

  /** The id of the claim. A request that lost its claim to a retry must not complete it. */
  @Column('uuid', { name: 'claim_id' })
  claimId: string;

  /** The HMAC of method, path and body, so that the table contains no body. */
  @Column('bytea', { name: 'request_hmac' })
  requestHmac: Buffer;

  @InstantColumn({ name: 'claimed_at', default: () => 'now()' })
  claimedAt: Date;

  @InstantColumn({ name: 'completed_at', nullable: true })
  completedAt: Date | null;

  /** The object in the response, so that its erasure finds all copies. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId: string | null;

  /** The objects in a response with several of them. */
  @Column('uuid', { name: 'subject_ids', array: true, nullable: true })
  subjectIds: string[] | null;

  /** The body of the response as `json`, because `jsonb` would reorder it. */
  @Column('json', { nullable: true })
  response: unknown;
}
