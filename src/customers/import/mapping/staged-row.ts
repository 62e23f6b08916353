import type { CustomerField } from '../../customer-fields.js';
import type { RowProblem } from '../reading/record.js';

/** A record as it goes into the staging table. */
export interface StagedRow {
  line: number;
  /** The id of the customer that it means, where the file has ids of this service. */
  keyId: string | null;
  /** The fields that the file gives, null where it clears one. */
  values: Partial<Record<CustomerField, string | null>>;
  /** Keys of metadata that the file gives, null where it clears one. */
  metadata: Record<string, string | null> | undefined;
  /** Why it cannot be imported. */
  problems: RowProblem[];
  /** Values that were left out. */
  warnings: RowProblem[];
}
