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
import { DEFAULT_LIMIT } from './page-limits.js';
import type { Page } from './page.dto.js';

export interface KeysetPage<Row, Item> extends KeysetList {
  page: { limit?: number; cursor?: string; count?: 'exact' };
  toItem: (row: Row) => Item;
}

type Keyed = { id: string };

/** The order of a list with the newest rows first. @param column a time that is never null */
export function newestFirst(column: string): Pick<KeysetList, 'sorts' | 'sort'> {
  const sorts = {
    [column]: { expression: column, type: 'timestamptz', isNullable: false },
  } as const;
  return { sorts, sort: `-${column}` };
}

/**
 * Reads one page by keyset: the rows after the cursor's row in the order of (sort value, id). Both have
 * the same direction, so each page is one range of an index. Missing values come last in ascending and
 * first in descending order. They are a separate range, because row comparisons never match null.
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
  /** The last row that the search has read. It may be in `rows`. */
  end?: Row | undefined;
}

/** Reads rows from the start of a list, or after a position. */
export async function firstRows<Row>(
  dataSource: DataSource,
  list: KeysetList,
  count: number,
  after?: Position,
): Promise<FirstRows<Row>> {
  const rows: Row[] = [];
  for (const range of ranges(list, after)) {
    // The number is part of the text. A prepared statement has the same number for each range.
    const missing = list.matches ? count - rows.length : count;
    const found = await readRange<Row>(dataSource, list, range, missing);
    rows.push(...found.rows);
    if (found.end) return { rows, end: found.end };
    if (rows.length >= count) break;
  }
  return { rows: rows.slice(0, count) };
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

/** The number of rows that are read in list order before the index is used. */
const PROBED_ROWS = 500;
/** The most matches of the index that are sorted. If there are more, they are frequent in the list. */
const SORTED_ROWS = 10_000;
/** The number of rows that are read in list order if the index has too many matches to sort. */
const WALKED_ROWS = 50_000;

/**
 * Finds frequent matches among the first rows of the list, rare ones by the index, and all others by a
 * longer walk through the list. If that walk ends before the page is full, the page ends there. So no
 * request reads more rows than these limits.
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
