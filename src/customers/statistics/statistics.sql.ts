/** Maximum of table blocks to read. They contain more than a hundred thousand customers. */
const MAXIMUM_BLOCKS = 2_000;

/** The part of the table to read, in percent, and the current month. */
export const STATISTICS_EXTENT = `
  SELECT least(100, 100.0 * ${MAXIMUM_BLOCKS} * current_setting('block_size')::int
           / greatest(pg_relation_size('customers'), 1))::float8 AS percent,
         to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month`;

/** Counts undeleted customers by month of creation and decade of birth. The month is null before the last year. */
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
  /** The part of the table that was read. */
  percent: number;
  /** `YYYY-MM`. */
  month: string;
  rows: readonly StatisticsRow[];
}
