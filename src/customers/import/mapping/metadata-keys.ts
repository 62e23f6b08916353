import { MAXIMUM_KEYS, type Metadata } from '../../metadata.js';
import type { RowProblem } from '../reading/record.js';
import { TOO_MANY_KEYS } from './row-problems.js';
import type { StagedRow } from './staged-row.js';

/** Keys of metadata that one row may set and clear. */
export const MAXIMUM_NAMED_KEYS = 4 * MAXIMUM_KEYS;

/**
 * What is wrong with the keys that a row sets and clears, alone and beside a column that holds all
 * metadata. Keys that the row clears are not kept, but are staged.
 */
export function metadataKeyProblems({ values, metadata }: StagedRow): RowProblem[] {
  if (!metadata) return [];
  const whole = values.metadata ? (JSON.parse(values.metadata) as Metadata) : {}; // it was checked
  const named = Object.values({ ...whole, ...metadata });
  const given = named.filter((value) => value !== null);
  if (given.length > MAXIMUM_KEYS || named.length > MAXIMUM_NAMED_KEYS) return [TOO_MANY_KEYS];
  return Object.entries(metadata).flatMap(([key, value]) =>
    Object.hasOwn(whole, key) && whole[key] !== value ? [givenDifferently(key)] : [],
  );
}

function givenDifferently(key: string): RowProblem {
  const field = `metadata.${key}`;
  const detail = 'has another value in the column metadata; leave one of them out';
  return { code: 'one_of', field, detail };
}
