import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  Conditions,
  countRows,
  firstRows,
  type KeysetList,
  keysetPage,
  type SortKey,
} from '../common/pagination/keyset.js';
import { retryRead } from '../common/database/retry-read.js';
import { Cursors, type Page } from '../common/pagination/pagination.js';
import { SEARCHED_FIELDS } from './customer-fields.js';
import type {
  CUSTOMER_SORTS,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { COLUMNS, findLive } from './customers.statements.js';

const SORTS: Readonly<Record<(typeof CUSTOMER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  updated_at: { expression: 'updated_at', type: 'timestamptz', isNullable: false },
  name: { expression: 'name', type: 'text', isNullable: true },
  dob: { expression: 'dob', type: 'date', isNullable: true },
};

/** The reads that make up most of the traffic: SQL, and rows sent as they come, without entities. */
@Injectable()
export class CustomersQueries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  get(id: string): Promise<CustomerResponse | undefined> {
    return retryRead(() => findLive(this.dataSource.manager, id));
  }

  list(query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const { limit, cursor, count, sort = '-created_at' } = query;
    return keysetPage<CustomerResponse, CustomerResponse>(this.dataSource, this.cursors, {
      ...listOf(query),
      sorts: SORTS,
      sort,
      page: { limit, cursor, count },
      toItem: (customer) => customer,
    });
  }

  /** By date of birth, then id, both descending; who has no date of birth has no age. */
  async youngest(n: number, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const list = {
      ...listOf(query),
      conditions: () => filter(query).and('dob IS NOT NULL'),
      sorts: { dob: { ...SORTS.dob, isNullable: false } },
      sort: '-dob',
    };
    return {
      data: await firstRows<CustomerResponse>(this.dataSource, list, n),
      page: {
        limit: n,
        has_more: false,
        next_cursor: null,
        ...(query.count && { total: await countRows(this.dataSource, list) }),
      },
    };
  }
}

function listOf(query: CustomerFilters): Omit<KeysetList, 'sorts' | 'sort'> {
  return {
    columns: COLUMNS,
    table: 'customers',
    conditions: () => filter(query),
    search: query.q === undefined ? undefined : { text: query.q, columns: SEARCHED_FIELDS },
    isUnique: isUnique(query),
    hasRanges: hasRanges(query),
  };
}

const LIVE = 'deleted_at IS NULL';
const DELETED = 'deleted_at IS NOT NULL AND erased_at IS NULL';

/** The conditions of the filters, but for `q`. */
export function filter(filters: CustomerFilters, conditions = new Conditions()): Conditions {
  conditions.and(filters.deleted === 'only' ? DELETED : LIVE);
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filters[name as keyof typeof CONDITIONS];
    if (value !== undefined) conditions.add(value, condition);
  }
  return conditions;
}

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

/** Two of the undeleted never share an e-mail or external id. */
function isUnique({ email, external_id: externalId, deleted }: CustomerFilters): boolean {
  return deleted === undefined && (email ?? externalId) !== undefined;
}

function hasRanges({ dob_from: from, dob_to: to, updated_since: since }: CustomerFilters): boolean {
  return (from ?? to ?? since) !== undefined;
}
