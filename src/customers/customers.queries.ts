import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, keysetPage, type SortKey } from '../common/database/keyset.js';
import { Cursors, type Page } from '../common/http/pagination.js';
import type { CUSTOMER_SORTS, CustomerResponse, ListCustomersQuery } from './customers.dto.js';

const COLUMNS =
  'id, external_id, name, email, dob, country, language, created_at, updated_at, version';

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
    return keysetPage<CustomerRow & { sort_value: string | Date | null }, CustomerResponse>(
      (sql, parameters) => this.dataSource.query(sql, parameters),
      this.cursors,
      {
        columns: COLUMNS,
        table: 'customers',
        conditions: () => filter(query),
        sorts: SORTS,
        sort,
        filters: filter(query).parameters,
        page: { limit, cursor, count },
        toItem: rowToResponse,
      },
    );
  }

  /** By date of birth, then id, both descending; who has no date of birth has no age. */
  async youngest(n: number, query: ListCustomersQuery): Promise<Page<CustomerResponse>> {
    const conditions = filter(query);
    const limit = conditions.bind(n);
    const rows = await this.dataSource.query<CustomerRow[]>(
      `SELECT ${COLUMNS} FROM customers ${conditions.where('dob IS NOT NULL')}
       ORDER BY dob DESC, id DESC LIMIT ${limit}`,
      conditions.parameters,
    );
    return {
      data: rows.map(rowToResponse),
      page: { limit: n, has_more: false, next_cursor: null },
    };
  }
}

function filter(query: ListCustomersQuery): Conditions {
  const conditions = new Conditions('deleted_at IS NULL');
  const { name, email, external_id: externalId, country, language } = query;
  if (name !== undefined) conditions.add(name, (value) => `lower(name) = lower(${value})`);
  if (email !== undefined) conditions.add(email, (value) => `lower(email) = lower(${value})`);
  if (externalId !== undefined) conditions.add(externalId, (value) => `external_id = ${value}`);
  if (country !== undefined) conditions.add(country, (value) => `country = ${value}`);
  if (language !== undefined) conditions.add(language, (value) => `language = ${value}`);
  return conditions;
}

type CustomerRow = Omit<CustomerResponse, 'created_at' | 'updated_at'> & {
  created_at: Date;
  updated_at: Date;
};

function rowToResponse(row: CustomerRow): CustomerResponse {
  return {
    id: row.id,
    external_id: row.external_id,
    name: row.name,
    email: row.email,
    dob: row.dob,
    country: row.country,
    language: row.language,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
  };
}
