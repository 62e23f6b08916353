import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';
import { User } from '../users/user.entity.js';

/**
 * The authenticator application of an account. It waits for its first code until `users.mfa_enabled_at`
 * is set. Documents the schema; `SecondFactorsRepository` uses SQL.
 */
@Entity('second_factors')
export class SecondFactor {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'second_factors_pkey' })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'second_factors_user_id_fkey' })
  user: User;

  /** Encrypted by `Encryption`. */
  @Column('text')
  secret: string;

  /** The time step of the last accepted code. Codes of this step and earlier ones are refused. */
  @Column('bigint', { name: 'last_step', default: 0 })
  lastStep: string;

  /** The number of wrong codes in a row, on which the wait depends. */
  @Column('integer', { default: 0 })
  failures: number;

  /** When the next code may be tried. */
  @InstantColumn({ name: 'next_at', default: () => 'now()' })
  nextAt: Date;

  @InstantColumn({ name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
