import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Failed log-ins in a row with one name: those of one client address, or of all unknown ones. This
 * class documents the schema; the statements are SQL. Both keys are HMACs: the table alone shows no
 * name and no address.
 */
@Entity('login_attempts')
@Index('login_attempts_updated_at_idx', ['updatedAt'])
export class LoginAttempt {
  @PrimaryColumn('bytea', {
    name: 'identifier_hash',
    primaryKeyConstraintName: 'login_attempts_pkey',
  })
  identifierHash: Buffer;

  /** Empty for the count that all unknown addresses share. */
  @PrimaryColumn('bytea', {
    name: 'address_hash',
    primaryKeyConstraintName: 'login_attempts_pkey',
  })
  addressHash: Buffer;

  @Column('integer')
  failures: number;

  /** When the next attempt is allowed. */
  @Column({ type: 'timestamptz', name: 'next_at', precision: 3 })
  nextAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}
