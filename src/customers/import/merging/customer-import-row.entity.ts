import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CustomerColumns } from '../../customer-columns.js';

/** A row on its way from a file into `customers`, in an unlogged table. */
@Entity('customer_import_rows')
export class CustomerImportRow extends CustomerColumns {
  @PrimaryColumn('uuid', {
    name: 'import_id',
    primaryKeyConstraintName: 'customer_import_rows_pkey',
  })
  importId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'customer_import_rows_pkey' })
  line: number;

  /** Bit `n` is set when the file gives the field `FIELD_NAMES[n]`. */
  @Column('smallint')
  sent: number;

  /** What the check has found; null for a row that can be imported. */
  @Column('jsonb', { nullable: true })
  problems: unknown;

  /** The id of the customer that it becomes, so that ids follow the order of the file. */
  @Column('uuid', { default: () => 'new_id()' })
  id: string;

  /** The id that the file gives; an upsert looks for its customer. */
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

  /** Set when the row is merged before its turn, because its customer gives a unique value up. */
  @Column('boolean', { name: 'is_merged', default: false })
  isMerged: boolean;
}
