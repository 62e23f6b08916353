import { Conditions } from '../common/pagination/conditions.js';
import { matchesText } from '../common/pagination/search.js';
import { SEARCHED_FIELDS } from './customer-fields.js';
import type { CustomerFilters } from './customers.dto.js';

const UNDELETED = 'deleted_at IS NULL';
const DELETED = 'deleted_at IS NOT NULL AND erased_at IS NULL';

const CONDITIONS: Readonly<
  Record<Exclude<keyof CustomerFilters, 'q' | 'metadata' | 'deleted'>, (value: string) => string>
> = {
  name: (value) => `lower(name) = lower(${value})`,
  email: (value) => `lower(email) = lower(${value})`,
  external_id: (value) => `external_id = ${value}`,
  country: (value) => `country = ${value}`,
  language: (value) => `language = ${value}`,
  dob_from: (value) => `dob >= ${value}::date`,
  dob_to: (value) => `dob <= ${value}::date`,
  phone: (value) => `phone = ${value}`,
  updated_since: (value) => `updated_at >= ${value}::timestamptz`,
};

/** The filters as SQL conditions, without those of {@link matchesOf}. */
export function conditionsOf(filters: CustomerFilters, conditions = new Conditions()): Conditions {
  conditions.and(filters.deleted === 'only' ? DELETED : UNDELETED);
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filters[name as keyof typeof CONDITIONS];
    if (value !== undefined) conditions.add(value, condition);
  }
  return conditions;
}

/** The filters that use a GIN index: `q` and `metadata`. The index returns rows in no order. */
export function matchesOf({
  q,
  metadata,
}: CustomerFilters): ((conditions: Conditions) => string[]) | undefined {
  const keys = Object.keys(metadata ?? {});
  if (q === undefined && keys.length === 0) return undefined;
  return (conditions) => [
    ...(q === undefined ? [] : [matchesText(SEARCH_TEXT, q, (text) => conditions.bind(text))]),
    ...(keys.length === 0
      ? []
      : [`metadata @> ${conditions.bind(JSON.stringify(metadata))}::jsonb`]),
  ];
}

/** Must equal the expression of the index `customers_search_text_idx`. */
const SEARCH_TEXT = `customer_search_text(${SEARCHED_FIELDS.join(', ')})`;

/** Whether at most one customer matches, because e-mail and external id are unique. */
export function isUnique({ email, external_id: externalId, deleted }: CustomerFilters): boolean {
  return deleted === undefined && (email ?? externalId) !== undefined;
}

export function hasRanges(filters: CustomerFilters): boolean {
  const { dob_from: from, dob_to: to, updated_since: since } = filters;
  return (from ?? to ?? since) !== undefined;
}
