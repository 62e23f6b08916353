import type { KeysetList, SortKey } from '../common/pagination/keyset-sql.js';
import { conditionsOf, hasRanges, isUnique, matchesOf } from './customer-filters.js';
import { COLUMNS } from './customer-statements.js';
import type { CUSTOMER_SORTS, CustomerFilters } from './customers.dto.js';

const SORTS: Readonly<Record<(typeof CUSTOMER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  updated_at: { expression: 'updated_at', type: 'timestamptz', isNullable: false },
  name: { expression: 'name', type: 'text', isNullable: true },
  dob: { expression: 'dob', type: 'date', isNullable: true },
};

/** The customers that match all filters. The client chooses the order. */
export function listOf(query: CustomerFilters): Omit<KeysetList, 'sort'> {
  return {
    columns: COLUMNS,
    table: 'customers',
    conditions: () => conditionsOf(query),
    matches: matchesOf(query),
    sorts: SORTS,
    isUnique: isUnique(query),
    isPlannedEachTime: hasRanges(query),
  };
}

/** The customers with a date of birth, youngest first. */
export function youngestOf(query: CustomerFilters): KeysetList {
  return {
    ...listOf(query),
    conditions: () => conditionsOf(query).and('dob IS NOT NULL'),
    sorts: { dob: { ...SORTS.dob, isNullable: false } },
    sort: '-dob',
  };
}
