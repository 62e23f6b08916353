import { IDENTIFYING_FIELDS } from '../../customer-fields.js';
import type { ImportMode } from '../jobs/customer-import.entity.js';
import { isBlank } from '../reading/record.js';
import { LONE_VALUE, NO_IDENTITY, NO_KEY, WITHOUT_HEADER } from './row-problems.js';
import type { StagedRow } from './staged-row.js';

/** Checks that a row identifies a customer. An id may find a customer with an identity. */
export function checkIdentity(row: StagedRow, mode: ImportMode): void {
  const { keyId, values, problems, warnings } = row;
  const isUpsert = mode === 'upsert';
  if ((isUpsert && keyId !== null) || problems.length > 0) return;
  if (!IDENTIFYING_FIELDS.some((field) => values[field])) problems.push(NO_IDENTITY);
  else if (isUpsert && !values.external_id && !values.email) warnings.push(NO_KEY);
}

/**
 * Warns of a row of one value below a header of several. It may be a remark, unless it is an e-mail
 * address.
 */
export function checkLoneValue({ values, warnings }: StagedRow, header: readonly string[]): void {
  const isText = Boolean(values.name ?? values.external_id);
  if (isText && header.filter((name) => name.trim() !== '').length > 1) warnings.push(LONE_VALUE);
}

/** Warns of a value below an empty header, which is left out. @param nameless the indexes of such columns */
export function checkNameless(
  { warnings }: StagedRow,
  values: readonly unknown[],
  nameless: readonly number[],
): void {
  const isFilled = (value: unknown) => typeof value === 'string' && !isBlank(value);
  if (nameless.some((at) => isFilled(values[at]))) warnings.push(WITHOUT_HEADER);
}
