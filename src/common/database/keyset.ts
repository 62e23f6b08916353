import { DEFAULT_LIMIT, type Cursors, type Page, type Position } from '../http/pagination.js';

/** A column, or an indexed expression, that a list can be sorted by. */
export interface SortKey {
  expression: string;
  type: 'text' | 'timestamptz' | 'date';
  isNullable: boolean;
}

export type Query = <Row>(sql: string, parameters: unknown[]) => Promise<Row[]>;

/** Conditions in SQL over numbered parameters, built together so that the numbers fit. */
export class Conditions {
  readonly parameters: unknown[] = [];
  private readonly parts: string[] = [];

  constructor(...fixed: string[]) {
    this.parts.push(...fixed);
  }

  /** @param sql gets the placeholder of the value, such as `$3` */
  add(value: unknown, sql: (placeholder: string) => string): this {
    this.parts.push(sql(this.bind(value)));
    return this;
  }

  bind(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  where(...extra: string[]): string {
    const all = [...this.parts, ...extra];
    return all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  }
}

interface KeysetList<Row, Item> {
  columns: string;
  table: string;
  conditions: () => Conditions;
  sorts: Readonly<Record<string, SortKey>>;
  /** As in the request: a name of `sorts`, with `-` in front for descending. */
  sort: string;
  /** Whatever else the cursor belongs to: the filters. */
  filters: unknown;
  page: { limit?: number; cursor?: string; count?: 'exact' };
  toItem: (row: Row) => Item;
}

type Keyed = { id: string; sort_value: string | Date | null };

/**
 * One page by keyset: rows after the cursor's row in (sort value, id), both in one direction, so
 * that each page is one range of an index. Missing values come last ascending and first
 * descending; they are a range of their own, since no row comparison includes null.
 */
export async function keysetPage<Row extends Keyed, Item>(
  query: Query,
  cursors: Cursors,
  list: KeysetList<Row, Item>,
): Promise<Page<Item>> {
  const { sort, filters, page, toItem } = list;
  const limit = page.limit ?? DEFAULT_LIMIT;
  const identity = [list.table, sort, filters];
  const after = page.cursor === undefined ? undefined : cursors.decode(page.cursor, identity);
  const rows: Row[] = [];
  for (const range of ranges(list, after)) {
    if (rows.length > limit) break;
    rows.push(...(await readRange<Row>(query, list, range, limit + 1 - rows.length)));
  }
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(toItem),
    page: {
      limit,
      has_more: last !== undefined,
      next_cursor: last ? cursors.encode(positionOf(last), identity) : null,
      ...(page.count && { total: await countRows(query, list) }),
    },
  };
}

interface Range {
  isNull: boolean;
  after?: Position;
}

type Listed = Pick<KeysetList<never, never>, 'columns' | 'table' | 'conditions' | 'sorts' | 'sort'>;

function sortOf({ sorts, sort }: Listed): SortKey & { isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  const key = sorts[isDescending ? sort.slice(1) : sort];
  if (!key) throw new Error(`No sort key for ${sort}`);
  return { ...key, isDescending };
}

function ranges(list: Listed, after: Position | undefined): Range[] {
  const { isNullable, isDescending } = sortOf(list);
  if (!isNullable) return [{ isNull: false, after }];
  const order = isDescending ? [true, false] : [false, true];
  const isAfterNull = after?.value === null;
  return order
    .map((isNull): Range => ({
      isNull,
      after: after && isNull === isAfterNull ? after : undefined,
    }))
    .filter(({ isNull }) => !after || isNull === isAfterNull || isNull !== isDescending);
}

async function readRange<Row>(
  query: Query,
  list: Listed,
  { isNull, after }: Range,
  count: number,
): Promise<Row[]> {
  const { expression, type, isNullable, isDescending } = sortOf(list);
  const conditions = list.conditions();
  const comparison = isDescending ? '<' : '>';
  const bounds: string[] = [];
  if (isNullable) bounds.push(`${expression} IS ${isNull ? '' : 'NOT '}NULL`);
  if (after && isNull) bounds.push(`id ${comparison} ${conditions.bind(after.id)}::uuid`);
  if (after && !isNull) {
    const [value, id] = [conditions.bind(after.value), conditions.bind(after.id)];
    bounds.push(`(${expression}, id) ${comparison} (${value}::${type}, ${id}::uuid)`);
  }
  const direction = isDescending ? 'DESC' : 'ASC';
  const order = `${expression} ${direction}, id ${direction}`;
  const limit = conditions.bind(count);
  return query<Row>(
    `SELECT ${list.columns}, ${expression} AS sort_value FROM ${list.table}
     ${conditions.where(...bounds)} ORDER BY ${order} LIMIT ${limit}`,
    conditions.parameters,
  );
}

function positionOf({ id, sort_value: value }: Keyed): Position {
  return { id, value: value instanceof Date ? value.toISOString() : value };
}

async function countRows(query: Query, list: Listed): Promise<number> {
  const conditions = list.conditions();
  const rows = await query<{ count: string }>(
    `SELECT count(*) AS count FROM ${list.table} ${conditions.where()}`,
    conditions.parameters,
  );
  return Number(rows[0]?.count);
}
