import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  Conditions,
  type KeysetList,
  keysetPage,
  type SortKey,
} from '../common/database/keyset.js';
import { Cursors, type Page } from '../common/http/pagination.js';
import type {
  CUSTOMER_SORTS,
  CustomerFilters,
  CustomerResponse,
  ListCustomersQuery,
} from './customers.dto.js';
import { COLUMNS, type CustomerRow, rowToResponse } from './customers.statements.js';

const SORTS: Readonly<Record<(typeof CUSTOMER_SORTS)[number], SortKey>> = {
  created_at: { expression: 'created_at', type: 'timestamptz', isNullable: false },
  updated_at: { expression: 'updated_at', type: 'timestamptz', isNullable: false },
  name: { expression: 'name', type: 'text', isNullable: true },
  dob: { expression: 'dob', type: 'date', isNullable: true },
};

/** The reads that make up most of the traffic: SQL, and rows mapped once, without entities. */
@Injectable()
export class CustomersQueries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  async get(id: string): Promise<CustomerResponse | undefined> {
    const [row] = await this.dataSource.query<CustomerRow[]>(
      `SELECT ${COLUMNS} FROM customers WHERE id = $1 AND deleted_at IS NULL`,
      [id],
    );
    return row && rowToResponse(row);
  }

  list(query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const { limit, cursor, count, sort = '-created_at' } = query;
    return this.page(query, {
      conditions: () => filter(query),
      sorts: SORTS,
      sort,
      page: { limit, cursor, count },
    });
  }

  /** By date of birth, then id, both descending; who has no date of birth has no age. */
  async youngest(n: number, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const { data, page } = await this.page(query, {
      conditions: () => filter(query).and('dob IS NOT NULL'),
      sorts: { dob: { ...SORTS.dob, isNullable: false } },
      sort: '-dob',
      page: { limit: n, count: query.count },
    });
    return { data, page: Object.assign(page, { has_more: false, next_cursor: null }) };
  }

  private page(
    query: CustomerFilters,
    list: Pick<CustomerList, 'conditions' | 'sorts' | 'sort' | 'page'>,
  ): Promise<Page<CustomerResponse>> {
    return keysetPage<SortedRow, CustomerResponse>(
      (sql, parameters) => this.dataSource.query(sql, parameters),
      this.cursors,
      {
        ...list,
        columns: COLUMNS,
        table: 'customers',
        search: query.q === undefined ? undefined : { text: query.q, columns: SEARCHED },
        isUnique: isUnique(query),
        hasRanges: hasRanges(query),
        toItem: rowToResponse,
      },
    );
  }
}

const LIVE = 'deleted_at IS NULL';
const DELETED = 'deleted_at IS NOT NULL AND erased_at IS NULL';
/** Where `q` is looked for. */
export const SEARCHED = ['name', 'email'] as const;

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

type SortedRow = CustomerRow & { sort_value: string | Date | null };
type CustomerList = KeysetList<SortedRow, CustomerResponse>;
