import type { DataSource } from 'typeorm';
import { PLANNED_EACH_TIME } from '../database/prepared-statements-client.js';
import { retryRead } from '../database/retry-read.js';
import type { Conditions } from './conditions.js';
import type { Cursors, Position } from './cursors.js';
import { DEFAULT_LIMIT, type Page } from './page.dto.js';
import { PROBED_ROWS, searchCondition, type TextSearch } from './search.js';

/** A column of the list, or an indexed expression, that it can be sorted by. */
export interface SortKey {
  expression: string;
  type: 'text' | 'timestamptz' | 'date' | 'integer';
  isNullable: boolean;
}

/** A list of rows in one order. */
export interface KeysetList {
  columns: string;
  table: string;
  conditions: () => Conditions;
  search?: TextSearch | undefined;
  /** At most one row fits the conditions, as with a unique key: nothing has to be sorted. */
  isUnique?: boolean;
  /** The conditions hold ranges other than the sort's, so that the values decide on the plan. */
  hasRanges?: boolean;
  sorts: Readonly<Record<string, SortKey>>;
  /** As in the request: a name of `sorts`, with `-` in front for descending. */
  sort: string;
}

export interface KeysetPage<Row, Item> extends KeysetList {
  page: { limit?: number; cursor?: string; count?: 'exact' };
  toItem: (row: Row) => Item;
}

type Keyed = { id: string };

/**
 * One page by keyset: rows after the cursor's row in (sort value, id), both in one direction, so
 * that each page is one range of an index. Missing values come last ascending and first
 * descending; they are a range of their own, since no row comparison includes null.
 */
export async function keysetPage<Row extends Keyed, Item>(
  dataSource: DataSource,
  cursors: Cursors,
  list: KeysetPage<Row, Item>,
): Promise<Page<Item>> {
  const { sort, page, toItem } = list;
  const limit = page.limit ?? DEFAULT_LIMIT;
  const identity = [list.table, sort, list.conditions().identity, list.search?.text];
  const after = page.cursor === undefined ? undefined : cursors.decode(page.cursor, identity);
  const rows = await firstRows<Row>(dataSource, list, limit + 1, after);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(toItem),
    page: {
      limit,
      has_more: last !== undefined,
      next_cursor: last ? cursors.encode(positionOf(list, last), identity) : null,
      ...(page.count && { total: await countRows(dataSource, list) }),
    },
  };
}

/** Rows from the start of a list, or from a position on. */
export async function firstRows<Row>(
  dataSource: DataSource,
  list: KeysetList,
  count: number,
  after?: Position,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const range of ranges(list, after)) {
    if (rows.length === count) break;
    rows.push(...(await readRange<Row>(dataSource, list, range, count - rows.length)));
  }
  return rows;
}

interface Range {
  isNull: boolean;
  after?: Position;
}

function sortOf({ sorts, sort }: KeysetList): SortKey & { isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  const key = sorts[isDescending ? sort.slice(1) : sort];
  if (!key) throw new Error(`No sort key for ${sort}`);
  return { ...key, isDescending };
}

function ranges(list: KeysetList, after: Position | undefined): Range[] {
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
  dataSource: DataSource,
  list: KeysetList,
  range: Range,
  count: number,
): Promise<Row[]> {
  if (list.search) {
    const probed = await read<Row>(dataSource, rangeQuery(list, range, count, 'newest'));
    if (probed.length === count) return probed;
  }
  return read(dataSource, rangeQuery(list, range, count, list.search ? 'matches' : 'all'));
}

type Statement = [sql: string, parameters: unknown[]];

function read<Row>(dataSource: DataSource, statement: Statement): Promise<Row[]> {
  return retryRead(() => dataSource.query<Row[]>(...statement));
}

/**
 * A search takes two statements. A text that occurs often is found among the first rows of the
 * list, in its order; a rare one by the trigram index, behind `OFFSET 0`, which keeps the planner
 * from walking the whole list for it when it guesses wrong how often the text occurs.
 */
function rangeQuery(
  list: KeysetList,
  range: Range,
  count: number,
  among: 'all' | 'newest' | 'matches',
): Statement {
  const sort = sortOf(list);
  const { expression, isDescending } = sort;
  const conditions = list.conditions();
  const bounds = boundsOf(list, range, conditions);
  const direction = isDescending ? 'DESC' : 'ASC';
  const found = list.search && among !== 'all' ? searchCondition(list.search, conditions) : 'true';
  const name = sortColumn(sort);
  const columns = name === expression ? list.columns : `${list.columns}, ${expression} AS ${name}`;
  const rows = `SELECT ${columns} FROM ${list.table}
     ${conditions.where(...bounds, ...(among === 'matches' ? [found] : []))}`;
  const sorted = `ORDER BY ${expression} ${direction}, id ${direction}`;
  const resorted = `ORDER BY ${name} ${direction}, id ${direction}`;
  // A number, since PostgreSQL keeps no plan for a limit that it does not know.
  const limit = `LIMIT ${count}`;
  const sql = {
    all: `${rows} ${list.isUnique ? '' : sorted} ${limit}`,
    newest: `SELECT * FROM (${rows} ${sorted} LIMIT ${PROBED_ROWS}) AS newest
     WHERE ${found} ${resorted} ${limit}`,
    matches: `SELECT * FROM (${rows} OFFSET 0) AS matches ${resorted} ${limit}`,
  }[among];
  const dependsOnValues = list.hasRanges || among === 'matches';
  return [dependsOnValues ? `${PLANNED_EACH_TIME} ${sql}` : sql, conditions.parameters];
}

function boundsOf(list: KeysetList, { isNull, after }: Range, conditions: Conditions): string[] {
  const { expression, type, isNullable, isDescending } = sortOf(list);
  const comparison = isDescending ? '<' : '>';
  const bounds: string[] = [];
  if (isNullable) bounds.push(`${expression} IS ${isNull ? '' : 'NOT '}NULL`);
  if (after && isNull) bounds.push(`id ${comparison} ${conditions.bind(after.id)}::uuid`);
  if (after && !isNull) {
    const [value, id] = [conditions.bind(after.value), conditions.bind(after.id)];
    bounds.push(`(${expression}, id) ${comparison} (${value}::${type}, ${id}::uuid)`);
  }
  return bounds;
}

/** The column that holds what the rows are sorted by. */
function sortColumn({ expression }: SortKey): string {
  return /^\w+$/.test(expression) ? expression : 'sort_value';
}

function positionOf(list: KeysetList, row: Keyed): Position {
  const value = (row as Record<string, unknown>)[sortColumn(sortOf(list))] as SortValue;
  return { id: row.id, value: value?.toString() ?? null };
}

type SortValue = string | number | null;

/** All rows of a list. */
export async function countRows(dataSource: DataSource, list: KeysetList): Promise<number> {
  const conditions = list.conditions();
  const found = list.search ? [searchCondition(list.search, conditions)] : [];
  const rows = await read<{ count: string }>(dataSource, [
    `SELECT count(*) AS count FROM ${list.table} ${conditions.where(...found)}`,
    conditions.parameters,
  ]);
  return Number(rows[0]?.count);
}
