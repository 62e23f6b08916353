import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A client address that has logged in to an account, as an HMAC. This class documents the schema;
 * the statements are SQL.
 */
@Entity('known_addresses')
@Index('known_addresses_last_login_at_idx', ['lastLoginAt'])
export class KnownAddress {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'known_addresses_pkey' })
  userId: string;

  @PrimaryColumn('bytea', {
    name: 'address_hash',
    primaryKeyConstraintName: 'known_addresses_pkey',
  })
  addressHash: Buffer;

  @Column({ type: 'timestamptz', name: 'last_login_at', precision: 3, default: () => 'now()' })
  lastLoginAt: Date;
}
