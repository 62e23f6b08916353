import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CustomerImport } from './customer-import.entity.js';
import type { Severity } from './problem-tally.js';

/** A problem of a row of an import. It never contains a value of the row. */
@Entity('customer_import_errors')
@Index('customer_import_errors_line_idx', ['importId', 'line', 'id'])
export class CustomerImportError {
  @PrimaryColumn('uuid', {
    default: () => 'new_id()',
    primaryKeyConstraintName: 'customer_import_errors_pkey',
  })
  id: string;

  @Column('uuid', { name: 'import_id' })
  importId: string;

  @ManyToOne(() => CustomerImport, { onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'import_id',
    foreignKeyConstraintName: 'customer_import_errors_import_id_fkey',
  })
  import: CustomerImport;

  @Column('integer')
  line: number;

  @Column('text', { default: 'error' })
  severity: Severity;

  @Column('text')
  code: string;

  @Column('text', { nullable: true })
  field: string | null;

  @Column('text')
  detail: string;
}
