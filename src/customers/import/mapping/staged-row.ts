import type { CustomerField } from '../../customer-fields.js';
import type { RowProblem } from '../reading/record.js';

/** A row for the staging table. */
export interface StagedRow {
  line: number;
  /** The id of the customer, if the file contains ids of this service. */
  keyId: string | null;
  /** The fields in the file. Null clears a field. */
  values: Partial<Record<CustomerField, string | null>>;
  /** The metadata keys in the file. Null clears a key. */
  metadata: Record<string, string | null> | undefined;
  /** The reasons why the row cannot be imported. */
  problems: RowProblem[];
  /** The values that were left out. */
  warnings: RowProblem[];
}
