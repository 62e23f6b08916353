import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Consecutive failed log-ins with one name, from one known client address or from all unknown ones.
 * Both keys are HMACs, so the table alone reveals no name and no address. Documents the schema;
 * `LoginAttemptsRepository` uses SQL.
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
