import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../common/database/instant-column.js';

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
  @InstantColumn({ name: 'next_at' })
  nextAt: Date;

  @InstantColumn({ name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
