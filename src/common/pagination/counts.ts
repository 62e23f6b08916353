import type { DataSource } from 'typeorm';
import { PLANNED_EACH_TIME, VARIED } from '../database/prepared-statements-client.js';
import { retryRead } from '../database/retry-read.js';
import type { KeysetList } from './keyset-sql.js';

/** The highest count. Counting reads every row, so it stops here. */
const MAXIMUM_COUNT = 10_000;

interface Count {
  total: number;
  /** Whether there are more rows than `total`. */
  total_is_lower_bound?: true;
}

/** Counts the rows of a list, up to {@link MAXIMUM_COUNT}. */
export async function countRows(dataSource: DataSource, list: KeysetList): Promise<Count> {
  const conditions = list.conditions();
  const matches = list.matches?.(conditions);
  const rows = `SELECT FROM ${list.table} ${conditions.where(...(matches ?? []))}`;
  // MATERIALIZED makes the planner use the index of the matches, even if its estimates are wrong.
  const sql = matches
    ? `${PLANNED_EACH_TIME} WITH matches AS MATERIALIZED (${rows})
       SELECT count(*)::int AS count FROM (SELECT FROM matches LIMIT ${MAXIMUM_COUNT + 1}) AS counted`
    : `${list.isPlannedEachTime ? PLANNED_EACH_TIME : VARIED} SELECT count(*)::int AS count FROM (${rows} LIMIT ${MAXIMUM_COUNT + 1}) AS counted`;
  const [row] = await retryRead(() =>
    dataSource.query<{ count: number }[]>(sql, conditions.parameters),
  );
  const count = row?.count ?? 0;
  return count > MAXIMUM_COUNT
    ? { total: MAXIMUM_COUNT, total_is_lower_bound: true }
    : { total: count };
}
