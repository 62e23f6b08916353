import type { DataSource } from 'typeorm';
import { retryRead } from '../database/retry-read.js';
import type { Cursors, Position } from './cursors.js';
import { countRows } from './counts.js';
import {
  identityOf,
  type KeysetList,
  longWalkStatement,
  plainStatement,
  type Range,
  rareMatchesStatement,
  sortColumn,
  sortOf,
  type Statement,
  walkStatement,
} from './keyset-sql.js';
import { DEFAULT_LIMIT, type Page } from './page.dto.js';

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
  const identity = [list.table, sort, identityOf(list)];
  const after = page.cursor === undefined ? undefined : cursors.decode(page.cursor, identity);
  const { rows, end } = await firstRows<Row>(dataSource, list, limit + 1, after);
  const last = rows.length > limit ? rows[limit - 1] : end;
  return {
    data: rows.slice(0, limit).map(toItem),
    page: {
      limit,
      has_more: last !== undefined,
      next_cursor: last ? cursors.encode(positionOf(list, last), identity) : null,
      ...(end && { is_incomplete: true }),
      ...(page.count && (await countRows(dataSource, list))),
    },
  };
}

interface FirstRows<Row> {
  rows: Row[];
  /** The row after which the search has not looked. It may be in `rows`. */
  end?: Row | undefined;
}

/** Rows from the start of a list, or from a position on. */
export async function firstRows<Row>(
  dataSource: DataSource,
  list: KeysetList,
  count: number,
  after?: Position,
): Promise<FirstRows<Row>> {
  const rows: Row[] = [];
  for (const range of ranges(list, after)) {
    const found = await readRange<Row>(dataSource, list, range, count - rows.length);
    rows.push(...found.rows);
    if (found.end) return { rows, end: found.end };
    if (rows.length === count) break;
  }
  return { rows };
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

/** Rows that are read in the order of the list before the index is asked. */
const PROBED_ROWS = 500;
/** Rows that the index may find and that are sorted: more of them are frequent in the list itself. */
const SORTED_ROWS = 10_000;
/** Rows that are read in the order of the list when the index finds more than can be sorted. */
const WALKED_ROWS = 50_000;

/**
 * Matches that are frequent are found among the first rows of the list, in its order; rare ones by
 * the index. What is neither is found by a longer walk. A walk that ends before the page is full
 * ends the page, so no request reads more than these numbers of rows.
 */
async function readRange<Row>(
  dataSource: DataSource,
  list: KeysetList,
  range: Range,
  count: number,
): Promise<FirstRows<Row>> {
  const read = <R>([sql, parameters]: Statement): Promise<R[]> =>
    retryRead(() => dataSource.query<R[]>(sql, parameters));
  if (!list.matches) return { rows: await read(plainStatement(list, range, count)) };
  const probed = await read<Row>(walkStatement(list, range, count, PROBED_ROWS));
  if (probed.length === count) return { rows: probed };
  const rare = await read<Counted<Row>>(rareMatchesStatement(list, range, count, SORTED_ROWS + 1));
  if ((rare[0]?.match_count ?? 0) <= SORTED_ROWS) return { rows: rare.map(withoutCount) };
  return walkedRows(await read(longWalkStatement(list, range, count, WALKED_ROWS)), count);
}

type Counted<Row> = Row & { match_count: number };
type Walked<Row> = Row & { walked_rows: number; is_match: boolean; is_end: boolean };

function withoutCount<Row>({ match_count: _, ...row }: Counted<Row>): Row {
  return row as Row;
}

function walkedRows<Row>(walked: Walked<Row>[], count: number): FirstRows<Row> {
  const rows = walked.filter((row) => row.is_match).map(withoutWalk);
  const last = walked.at(-1);
  return rows.length < count && last?.is_end ? { rows, end: withoutWalk(last) } : { rows };
}

function withoutWalk<Row>({ walked_rows: _, is_match: __, is_end: ___, ...row }: Walked<Row>): Row {
  return row as Row;
}

function positionOf(list: KeysetList, row: Keyed): Position {
  const value = (row as Record<string, unknown>)[sortColumn(sortOf(list))] as SortValue;
  return { id: row.id, value: value?.toString() ?? null };
}

type SortValue = string | number | null;
