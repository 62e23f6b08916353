import type { DataSource } from 'typeorm';

/** A row that this instance holds until its lease ends. */
export interface LeasedRow {
  id: string;
  /** A fence: another worker that leases the row increases it. */
  attempts: number;
}

interface Leasing {
  /** Seconds. Longer than any work on a row, so a worker that holds a row longer has died. */
  lease: number;
  /** A SELECT of ids with {@link DueRows.due}. Its parameters begin with $2. */
  ids: string;
  parameters: readonly unknown[];
  /** The columns to return. */
  columns: string;
}

/**
 * A queue of work in a table with the columns `id`, `attempts` and `due_at`. A worker on any instance
 * leases a row until `due_at`. If the worker dies, the row becomes due again.
 */
export class DueRows {
  constructor(
    private readonly dataSource: DataSource,
    private readonly table: string,
  ) {}

  /** A SELECT of the ids of due rows, oldest first. Instances skip each other's rows. */
  due(condition: string, limit: string): string {
    return `SELECT id FROM ${this.table} WHERE ${condition} AND due_at <= now()
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
  }

  /**
   * Leases the rows of `ids`. An ARRAY is read once. For IN (SELECT ...), PostgreSQL may read the ids again
   * for each row of the table. Each time it skips the locked rows, so that it leases all rows at once.
   */
  async lease<Row extends LeasedRow>({ lease, ids, parameters, columns }: Leasing): Promise<Row[]> {
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `UPDATE ${this.table} SET due_at = now() + $1 * interval '1 s', attempts = attempts + 1
       WHERE id = ANY (ARRAY(${ids})) RETURNING id, attempts, ${columns}`,
      [lease, ...parameters],
    );
    return rows;
  }

  /** Has no effect when another worker has leased the row since. @param delay seconds */
  async postpone({ id, attempts }: LeasedRow, delay: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${this.table} SET due_at = now() + $3 * interval '1 s'
       WHERE id = $1 AND attempts = $2`,
      [id, attempts, delay],
    );
  }
}
