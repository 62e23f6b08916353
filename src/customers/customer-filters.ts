import { Conditions } from '../common/pagination/conditions.js';
import type { TextSearch } from '../common/pagination/search.js';
import { SEARCHED_FIELDS } from './customer-fields.js';
import type { CustomerFilters } from './customers.dto.js';

const UNDELETED = 'deleted_at IS NULL';
const DELETED = 'deleted_at IS NOT NULL AND erased_at IS NULL';

const CONDITIONS: Readonly<
  Record<Exclude<keyof CustomerFilters, 'q' | 'deleted'>, (value: string) => string>
> = {
  name: (value) => `lower(name) = lower(${value})`,
  email: (value) => `lower(email) = lower(${value})`,
  external_id: (value) => `external_id = ${value}`,
  country: (value) => `country = ${value}`,
  language: (value) => `language = ${value}`,
  dob_from: (value) => `dob >= ${value}::date`,
  dob_to: (value) => `dob <= ${value}::date`,
  updated_since: (value) => `updated_at >= ${value}::timestamptz`,
};

/** The filters in SQL, without `q`. */
export function conditionsOf(filters: CustomerFilters, conditions = new Conditions()): Conditions {
  conditions.and(filters.deleted === 'only' ? DELETED : UNDELETED);
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filters[name as keyof typeof CONDITIONS];
    if (value !== undefined) conditions.add(value, condition);
  }
  return conditions;
}

/** The text of `q` with the columns that it is looked for in. */
export function searchOf({ q }: CustomerFilters): TextSearch | undefined {
  return q === undefined ? undefined : { text: q, columns: SEARCHED_FIELDS };
}

/** Whether at most one customer matches: two undeleted ones never share an e-mail or external id. */
export function isUnique({ email, external_id: externalId, deleted }: CustomerFilters): boolean {
  return deleted === undefined && (email ?? externalId) !== undefined;
}

export function hasRanges(filters: CustomerFilters): boolean {
  const { dob_from: from, dob_to: to, updated_since: since } = filters;
  return (from ?? to ?? since) !== undefined;
}
