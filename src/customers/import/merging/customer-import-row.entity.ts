import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CustomerColumns } from '../../customer-columns.js';

/** A staged row between a file and `customers`. The table is unlogged. */
@Entity('customer_import_rows')
export class CustomerImportRow extends CustomerColumns {
  @PrimaryColumn('uuid', {
    name: 'import_id',
    primaryKeyConstraintName: 'customer_import_rows_pkey',
  })
  importId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'customer_import_rows_pkey' })
  line: number;

  /** Bit `n` is set when the file contains the field `FIELD_NAMES[n]`. */
  @Column('smallint')
  sent: number;

  /** The problems that the check has found; null for a row that can be imported. */
  @Column('jsonb', { nullable: true })
  problems: unknown;

  /** The id of the new customer, so that ids follow the order of the file. */
  @Column('uuid', { default: () => 'new_id()' })
  id: string;

  /** The id in the file, by which an upsert finds the customer. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId: string | null;

  /** The customer that an upsert changes. */
  @Column('uuid', { name: 'target_id', nullable: true })
  targetId: string | null;

  /** Another customer that has the e-mail of the row. */
  @Column('uuid', { name: 'email_holder_id', nullable: true })
  emailHolderId: string | null;

  /** Another customer that has the external id of the row. */
  @Column('uuid', { name: 'external_id_holder_id', nullable: true })
  externalIdHolderId: string | null;

  /** Whether the row was merged first, because its customer gives up a unique value. */
  @Column('boolean', { name: 'is_merged', default: false })
  isMerged: boolean;
}
