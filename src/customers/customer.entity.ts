import { CustomerColumns } from './customer-columns.js';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../common/database/instant-column.js';

const UNDELETED = 'deleted_at IS NULL';

/** Indexes that decorators cannot describe have `synchronize: false`. */
@Entity('customers')
@Index('customers_email_key', { synchronize: false })
@Index('customers_external_id_key', ['externalId'], { unique: true, where: UNDELETED })
@Index('customers_created_at_idx', ['createdAt', 'id'], { where: UNDELETED })
@Index('customers_updated_at_idx', ['updatedAt', 'id'], { where: UNDELETED })
@Index('customers_name_idx', ['name', 'id'], { where: UNDELETED })
@Index('customers_dob_idx', ['dob', 'id'], { where: UNDELETED })
@Index('customers_by_name_idx', { synchronize: false })
@Index('customers_by_country_idx', ['country', 'createdAt', 'id'], { where: UNDELETED })
@Index('customers_by_language_idx', ['language', 'createdAt', 'id'], { where: UNDELETED })
@Index('customers_by_phone_idx', ['phone', 'createdAt', 'id'], {
  where: 'deleted_at IS NULL AND phone IS NOT NULL',
})
@Index('customers_search_text_idx', { synchronize: false })
@Index('customers_metadata_idx', { synchronize: false })
@Index('customers_deleted_idx', ['createdAt', 'id'], {
  where: 'deleted_at IS NOT NULL AND erased_at IS NULL',
})
@Check('customers_country_check', `country ~ '^[A-Z]{2}$'`)
@Check('customers_language_check', `language ~ '^[a-z]{2}$'`)
@Check('customers_dob_check', `dob >= DATE '1900-01-01'`)
@Check('customers_phone_check', `phone ~ '^\\+?[0-9]{6,15}$'`)
@Check('customers_metadata_check', `jsonb_typeof(metadata) = 'object'`)
export class Customer extends CustomerColumns {
  @PrimaryColumn('uuid', { default: () => 'new_id()', primaryKeyConstraintName: 'customers_pkey' })
  id: string;

  @InstantColumn({ name: 'created_at', default: () => 'statement_timestamp()' })
  createdAt: Date;

  @InstantColumn({ name: 'updated_at', default: () => 'statement_timestamp()' })
  updatedAt: Date;

  @InstantColumn({ name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  /** When the personal data was overwritten. Only the id, the times and the version are left. */
  @InstantColumn({ name: 'erased_at', nullable: true })
  erasedAt: Date | null;

  @Column('integer', { default: 1 })
  version: number;
}
