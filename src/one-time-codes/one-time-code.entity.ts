import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';

/** What a code confirms; `activation` is for the first address of an account. */
export type CodePurpose = 'activation' | 'email_change' | 'mobile_change' | 'password_reset';

/** A secret that was sent to a user for one use. Only its hash is stored. */
@Entity('one_time_codes')
@Index('one_time_codes_user_key', ['userId', 'purpose'], { unique: true })
@Index('one_time_codes_secret_key', ['secretHash'], { unique: true })
@Index('one_time_codes_target_idx', ['target'])
@Index('one_time_codes_expires_at_idx', ['expiresAt'])
@Check(
  'one_time_codes_purpose_check',
  `purpose IN ('activation', 'email_change', 'mobile_change', 'password_reset')`,
)
export class OneTimeCode {
  @PrimaryColumn('uuid', {
    default: () => 'new_id()',
    primaryKeyConstraintName: 'one_time_codes_pkey',
  })
  id: string;

  @Column('uuid', { name: 'user_id' })
  userId: string;

  @Column('text')
  purpose: CodePurpose;

  /** The address that the code was sent to, in lower case. Null for a link from the command line. */
  @Column('text', { nullable: true })
  target: string | null;

  @Column('bytea', { name: 'secret_hash' })
  secretHash: Buffer;

  @Column('integer', { name: 'attempts_left' })
  attemptsLeft: number;

  @InstantColumn({ name: 'expires_at' })
  expiresAt: Date;

  @InstantColumn({ name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
