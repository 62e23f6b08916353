import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../common/database/instant-column.js';

/**
 * The HMAC of a client address that has logged in to an account. Documents the schema;
 * `KnownAddressesRepository` uses SQL.
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

  @InstantColumn({ name: 'last_login_at', default: () => 'now()' })
  lastLoginAt: Date;
}
