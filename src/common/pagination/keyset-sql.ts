import { PLANNED_EACH_TIME, VARIED } from '../database/prepared-statements-client.js';
import type { Conditions } from './conditions.js';
import type { Position } from './cursors.js';

/** A column or an indexed expression that the list can be sorted by. */
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
  /**
   * Conditions of a GIN index, which returns rows in no order: a text search, keys of metadata.
   * PostgreSQL's estimates of their matches are poor.
   */
  matches?: ((conditions: Conditions) => string[]) | undefined;
  /** At most one row matches, for example by a unique key. Such a query needs no sort. */
  isUnique?: boolean;
  /** The best plan depends on the values, such as of ranges, or of the condition of a partial index. */
  isPlannedEachTime?: boolean;
  sorts: Readonly<Record<string, SortKey>>;
  /** The parameter of the request: a name in `sorts`, with a leading `-` for descending order. */
  sort: string;
}

export type Statement = [sql: string, parameters: unknown[]];

export interface Range {
  isNull: boolean;
  after?: Position;
}

export function sortOf({ sorts, sort }: KeysetList): SortKey & { isDescending: boolean } {
  const isDescending = sort.startsWith('-');
  const key = sorts[isDescending ? sort.slice(1) : sort];
  if (!key) throw new Error(`No sort key for ${sort}`);
  return { ...key, isDescending };
}

/** Reads the rows of a range in the order of an index. */
export function plainStatement(list: KeysetList, range: Range, count: number): Statement {
  const { columns, from, order, conditions } = partsOf(list, range);
  // Not a parameter: without the number, PostgreSQL would not keep a generic plan.
  const sql = `SELECT ${columns} ${from()} ${list.isUnique ? '' : order} LIMIT ${count}`;
  return [`${list.isPlannedEachTime ? PLANNED_EACH_TIME : VARIED} ${sql}`, conditions.parameters];
}

/**
 * Reads the matches among the first rows of a range. A prepared statement could fold the search text
 * again for each row: only a planner that knows the text folds it once.
 */
export function walkStatement(
  list: KeysetList,
  range: Range,
  count: number,
  walked: number,
): Statement {
  const { columns, from, order, outerOrder, conditions, matches } = partsOf(list, range);
  const sql = `${PLANNED_EACH_TIME}
     SELECT * FROM (SELECT ${columns} ${from()} ${order} LIMIT ${walked}) AS walked
     WHERE ${matches.join(' AND ')} ${outerOrder} LIMIT ${count}`;
  return [sql, conditions.parameters];
}

/**
 * Like {@link walkStatement}, but also returns the last row of the walk, after which the next page
 * starts. That row has `is_end`, and its `is_match` is true if it matches like the others.
 */
export function longWalkStatement(
  list: KeysetList,
  range: Range,
  count: number,
  walked: number,
): Statement {
  const { columns, from, order, outerOrder, conditions, matches } = partsOf(list, range);
  const sql = `${PLANNED_EACH_TIME} SELECT *, walked_rows = ${walked} AS is_end
     FROM (SELECT *, ${matches.join(' AND ')} AS is_match
       FROM (SELECT ${columns}, row_number() OVER (${order})::int AS walked_rows
         ${from()} ${order} LIMIT ${walked}) AS walked) AS judged
     WHERE is_match OR walked_rows = ${walked} ${outerOrder} LIMIT ${count}`;
  return [sql, conditions.parameters];
}

/**
 * Reads the matches of the index and sorts them. Each row has the number of matches as `match_count`.
 * MATERIALIZED prevents the planner from walking the whole list if its estimate is wrong.
 *
 * @param maximum the most matches to read
 */
export function rareMatchesStatement(
  list: KeysetList,
  range: Range,
  count: number,
  maximum: number,
): Statement {
  const { columns, from, outerOrder, conditions, matches } = partsOf(list, range);
  const sql = `${PLANNED_EACH_TIME}
     WITH matches AS MATERIALIZED (SELECT ${columns} ${from(...matches)}),
       bounded AS (SELECT * FROM matches LIMIT ${maximum})
     SELECT *, count(*) OVER ()::int AS match_count FROM bounded ${outerOrder} LIMIT ${count}`;
  return [sql, conditions.parameters];
}

/** Identifies the list of a cursor: its conditions with their values. */
export function identityOf(list: KeysetList): unknown {
  const conditions = list.conditions();
  const matches = list.matches?.(conditions);
  return [conditions.identity, matches];
}

function partsOf(list: KeysetList, range: Range) {
  const sort = sortOf(list);
  const { expression, isDescending } = sort;
  const conditions = list.conditions();
  const bounds = boundsOf(list, range, conditions);
  const matches = list.matches?.(conditions) ?? [];
  const direction = isDescending ? 'DESC' : 'ASC';
  const name = sortColumn(sort);
  return {
    columns: name === expression ? list.columns : `${list.columns}, ${expression} AS ${name}`,
    from: (...extra: string[]) => `FROM ${list.table} ${conditions.where(...bounds, ...extra)}`,
    order: `ORDER BY ${expression} ${direction}, id ${direction}`,
    outerOrder: `ORDER BY ${name} ${direction}, id ${direction}`,
    conditions,
    matches,
  };
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

/** The column with the sort value. */
export function sortColumn({ expression }: SortKey): string {
  return /^\w+$/.test(expression) ? expression : 'sort_value';
}
