/** Blocks of the table that are read, at most: more than a hundred thousand customers. */
const MAXIMUM_BLOCKS = 2_000;

/** How much of the table may be read, in percent, and the present month. */
export const STATISTICS_EXTENT = `
  SELECT least(100, 100.0 * ${MAXIMUM_BLOCKS} * current_setting('block_size')::int
           / greatest(pg_relation_size('customers'), 1))::float8 AS percent,
         to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month`;

/** Undeleted customers by month of creation, null for older ones than a year, and decade of birth. */
export const STATISTICS = `
  SELECT to_char(month, 'YYYY-MM') AS month, decade, count
  FROM (
    SELECT CASE WHEN created_at >= (date_trunc('month', now() AT TIME ZONE 'UTC')
                                    - interval '11 months') AT TIME ZONE 'UTC'
             THEN date_trunc('month', created_at AT TIME ZONE 'UTC') END AS month,
           extract(year FROM dob)::int / 10 * 10 AS decade,
           count(*)::int AS count
    FROM customers TABLESAMPLE SYSTEM ($1)
    WHERE deleted_at IS NULL
    GROUP BY 1, 2
  ) AS counts`;

export interface StatisticsRow {
  month: string | null;
  decade: number | null;
  count: number;
}

export interface StatisticsSample {
  /** How much of the table was read. */
  percent: number;
  /** `YYYY-MM`. */
  month: string;
  rows: readonly StatisticsRow[];
}
