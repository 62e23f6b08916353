import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row on its way from a file into `customers`, in an unlogged table. */
@Entity('customer_import_rows')
export class CustomerImportRow {
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

  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('date', { nullable: true })
  dob: string | null;

  @Column('text', { nullable: true })
  country: string | null;

  @Column('text', { nullable: true })
  language: string | null;

  @Column('text', { nullable: true })
  phone: string | null;

  @Column('jsonb', { nullable: true })
  metadata: unknown;

  /** RowProblem[]; a row that has some keeps no values. */
  @Column('jsonb', { nullable: true })
  problems: unknown;

  /** The id of the customer that it becomes, so that ids follow the order of the file. */
  @Column('uuid', { default: () => 'new_id()' })
  id: string;

  /** The customer that an upsert changes. */
  @Column('uuid', { name: 'target_id', nullable: true })
  targetId: string | null;
}
