import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { BulkPool } from '../../../common/database/bulk-pool.js';
import type { ImportProblem, ProblemSummary } from '../jobs/problem-tally.js';

const CHUNK_ROWS = 10_000;

/** The staging table. `Staging` fills it by COPY. The check and the merge have their own statements. */
@Injectable()
export class CustomerImportRowsRepository {
  constructor(private readonly bulk: BulkPool) {}

  /**
   * Deletes in chunks, because the connection of a long silent statement counts as lost. A chunk is a
   * range of lines, for which PostgreSQL always finds a good plan. With a list of lines and outdated
   * statistics it compared the list with every row.
   */
  async remove(importId: string): Promise<void> {
    const { imports: pool } = this.bulk;
    for await (const { from, to } of chunks(pool, importId, 0)) {
      await pool.query(
        'DELETE FROM customer_import_rows WHERE import_id = $1 AND line > $2 AND line <= $3',
        [importId, from, to],
      );
    }
  }

  /** Counts the problems that the check has found, by kind. */
  async summarizeProblems(client: PoolClient, importId: string): Promise<ProblemSummary[]> {
    const { rows } = await client.query<ProblemSummary>(
      `SELECT 'error' AS severity, p.code, p.field, count(*)::int AS count,
         min(r.line) AS first_line, (array_agg(p.detail ORDER BY r.line))[1] AS example_detail
       FROM ${PROBLEMS} WHERE ${IS_REFUSED} GROUP BY p.code, p.field ORDER BY p.code`,
      [importId],
    );
    return rows;
  }

  /**
   * Counts the valid rows of an upsert whose id has found no customer.
   *
   * @returns undefined when there are none
   */
  async summarizeLostIds(
    client: PoolClient,
    importId: string,
  ): Promise<ProblemSummary | undefined> {
    const { rows } = await client.query<ProblemSummary>(
      `SELECT 'warning' AS severity, 'one_of' AS code, 'id' AS field, count(*)::int AS count,
         min(line) AS first_line, $2 AS example_detail
       FROM customer_import_rows
       WHERE import_id = $1 AND key_id IS NOT NULL AND target_id IS NULL AND problems IS NULL
       HAVING count(*) > 0`,
      [importId, LOST_ID],
    );
    return rows[0];
  }

  /** Reads the first problems that the check has found, by line. */
  async listProblems(
    client: PoolClient,
    importId: string,
    limit: number,
  ): Promise<ImportProblem[]> {
    const { rows } = await client.query<ImportProblem>(
      `SELECT r.line, 'error' AS severity, p.code, p.field, p.detail
       FROM ${PROBLEMS} WHERE ${IS_REFUSED} ORDER BY r.line LIMIT $2`,
      [importId, limit],
    );
    return rows;
  }
}

const LOST_ID =
  'finds no customer, so it was not kept; columns=id:external_id keeps ids of another system';

const PROBLEMS = `customer_import_rows r,
  jsonb_to_recordset(r.problems) AS p (code text, field text, detail text)`;
const IS_REFUSED = 'r.import_id = $1 AND r.problems IS NOT NULL';

/** The rows of an import after the line `from`, up to the line `to`. */
interface Chunk {
  from: number;
  to: number;
}

/** Iterates over the rows of an import after a line, in chunks. The signal stops it before a chunk. */
export async function* chunks(
  client: Pool | PoolClient,
  importId: string,
  after: number,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  for (let from = after; ;) {
    signal?.throwIfAborted();
    const to = await lastLineOfChunk(client, importId, from);
    if (to === undefined) return;
    yield { from, to };
    from = to;
  }
}

/** @returns the last line of the chunk that begins after `from`; undefined after the last row */
async function lastLineOfChunk(
  client: Pool | PoolClient,
  importId: string,
  from: number,
): Promise<number | undefined> {
  const { rows } = await client.query<{ line: number }>(
    `SELECT max(line) AS line FROM (
       SELECT line FROM customer_import_rows WHERE import_id = $1 AND line > $2
       ORDER BY line LIMIT ${CHUNK_ROWS}) AS chunk HAVING max(line) IS NOT NULL`,
    [importId, from],
  );
  return rows[0]?.line;
}
