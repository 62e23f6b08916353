import { MAXIMUM_KEYS, type Metadata } from '../../metadata.js';
import type { RowProblem } from '../reading/record.js';
import type { StagedRow } from './staged-row.js';

/** Keys of metadata that one row may set and clear. */
export const MAXIMUM_NAMED_KEYS = 4 * MAXIMUM_KEYS;

/** Keys that the row clears are not kept, but are staged. */
export function hasTooManyKeys(row: StagedRow): boolean {
  if (!row.metadata) return false;
  const whole = wholeOf(row);
  const values = Object.values(whole ? { ...whole, ...row.metadata } : row.metadata);
  const given = values.filter((value) => value !== null);
  return given.length > MAXIMUM_KEYS || values.length > MAXIMUM_NAMED_KEYS;
}

/** A column may say another value of a key than the column that holds all metadata. */
export function contradictions(row: StagedRow): RowProblem[] {
  const whole = wholeOf(row);
  if (!whole) return [];
  return Object.entries(row.metadata ?? {}).flatMap(([key, value]) =>
    Object.hasOwn(whole, key) && whole[key] !== value ? [givenDifferently(key)] : [],
  );
}

/** @returns undefined unless the row gives all metadata as well as single keys */
function wholeOf({ values, metadata }: StagedRow): Metadata | undefined {
  if (!metadata || !values.metadata) return undefined;
  return JSON.parse(values.metadata) as Metadata; // it was checked
}

function givenDifferently(key: string): RowProblem {
  const field = `metadata.${key}`;
  const detail = 'has another value in the column metadata; leave one of them out';
  return { code: 'one_of', field, detail };
}
