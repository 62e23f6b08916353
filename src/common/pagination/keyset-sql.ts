import { PLANNED_EACH_TIME } from '../database/prepared-statements-client.js';
import type { Conditions } from './conditions.js';
import type { Position } from './cursors.js';

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
  /**
   * Conditions that a GIN index answers, in no order: a text search, keys of metadata. PostgreSQL
   * guesses badly how many rows fit them.
   */
  matches?: ((conditions: Conditions) => string[]) | undefined;
  /** At most one row fits the conditions, as with a unique key: nothing has to be sorted. */
  isUnique?: boolean;
  /** The conditions hold ranges other than the sort's, so that the values decide on the plan. */
  hasRanges?: boolean;
  sorts: Readonly<Record<string, SortKey>>;
  /** As in the request: a name of `sorts`, with `-` in front for descending. */
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

/** The rows of a range in the order of an index. */
export function plainStatement(list: KeysetList, range: Range, count: number): Statement {
  const { columns, from, order, conditions } = partsOf(list, range);
  // A number, since PostgreSQL keeps no plan for a limit that it does not know.
  const sql = `SELECT ${columns} ${from()} ${list.isUnique ? '' : order} LIMIT ${count}`;
  return [list.hasRanges ? `${PLANNED_EACH_TIME} ${sql}` : sql, conditions.parameters];
}

/** The matches among the first rows of a range. */
export function walkStatement(
  list: KeysetList,
  range: Range,
  count: number,
  walked: number,
): Statement {
  const { columns, from, order, outerOrder, conditions, matches } = partsOf(list, range);
  const sql = `SELECT * FROM (SELECT ${columns} ${from()} ${order} LIMIT ${walked}) AS walked
     WHERE ${matches.join(' AND ')} ${outerOrder} LIMIT ${count}`;
  return [list.hasRanges ? `${PLANNED_EACH_TIME} ${sql}` : sql, conditions.parameters];
}

/**
 * As {@link walkStatement}, with the last walked row, where the next page goes on. That row has
 * `is_end`, and `is_match` says whether it is a match as the others.
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
 * The matches that the index finds, sorted, each with their number as `match_count`. MATERIALIZED
 * keeps the planner from walking the whole list when it guesses wrong how often they occur.
 *
 * @param maximum matches that are read
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

/** The conditions of a list with their values, which a cursor belongs to. */
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

/** The column that holds what the rows are sorted by. */
export function sortColumn({ expression }: SortKey): string {
  return /^\w+$/.test(expression) ? expression : 'sort_value';
}
