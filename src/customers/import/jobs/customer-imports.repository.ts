import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { ExpiredRows } from '../../../common/database/housekeeping.js';
import { retryRead } from '../../../common/database/retry-read.js';
import { Conditions } from '../../../common/pagination/conditions.js';
import { keysetPage, newestFirst } from '../../../common/pagination/keyset.js';
import { Cursors } from '../../../common/pagination/cursors.js';
import type { Page, PageQuery } from '../../../common/pagination/page.dto.js';
import type { Principal } from '../../../common/security/principal.js';
import type { ImportOptions } from '../import-options.js';
import type { ImportResponse } from '../imports.dto.js';
import type { FileColumns } from '../mapping/file-columns.js';
import type { ImportStatus } from './customer-import.entity.js';
import type { ProblemTally } from './problem-tally.js';

/** An import with its options. `actor` is undefined for the command line. */
export interface ImportJob extends ImportOptions {
  id: string;
  actor: Principal | undefined;
}

export interface Counts {
  processed: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
}

export interface Failure {
  code: string;
  detail: string;
}

/** Much longer than the heartbeat, so that a busy moment does not end an import. */
const LEASE = `interval '10 seconds'`;

const COLUMNS = `id, status, mode, on_error, is_dry_run AS dry_run, received_bytes, total_bytes, processed, created, updated, skipped,
  failed, warnings, columns, dropped_columns, problems, started_at, finished_at, error_code,
  error_detail`;

export const EXPIRED_IMPORTS: ExpiredRows = {
  table: 'customer_imports',
  key: 'id',
  condition: `started_at < now() - interval '30 days' AND NOT is_staged`,
};

/** Their errors, which are deleted first, because the deletion of an import would delete 10,000 at once. */
export const EXPIRED_ERRORS: ExpiredRows = {
  table: 'customer_import_errors',
  key: 'id',
  condition: `import_id IN (SELECT id FROM customer_imports WHERE ${EXPIRED_IMPORTS.condition})`,
};

/** Every statement on `customer_imports`. */
@Injectable()
export class CustomerImportsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
  ) {}

  async create(job: Omit<ImportJob, 'id'>, totalBytes: number | null): Promise<ImportJob> {
    const { mode, onError, isDryRun, actor } = job;
    const [{ id }] = await this.dataSource.query<[{ id: string }]>(
      `INSERT INTO customer_imports
         (mode, on_error, is_dry_run, actor_id, ip, request_id, total_bytes, leased_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + ${LEASE}) RETURNING id`,
      [
        mode,
        onError,
        isDryRun,
        actor?.userId ?? null,
        actor?.ip ?? null,
        actor?.requestId ?? null,
        totalBytes,
      ],
    );
    return { ...job, id };
  }

  /** @returns undefined when there is no such import */
  async find(id: string): Promise<ImportResponse | undefined> {
    const [row] = await retryRead(() =>
      this.dataSource.query<JobRow[]>(`SELECT ${COLUMNS} FROM customer_imports WHERE id = $1`, [
        id,
      ]),
    );
    return row && toResponse(row);
  }

  list(page: PageQuery): Promise<Page<ImportResponse>> {
    return keysetPage<JobRow, ImportResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'customer_imports',
      conditions: () => new Conditions(),
      ...newestFirst('started_at'),
      page,
      toItem: toResponse,
    });
  }

  /** Writes the progress and renews the lease. @returns false when the import has ended */
  async report(id: string, receivedBytes: number, processed: number): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE customer_imports
       SET received_bytes = $2, processed = $3, leased_until = now() + ${LEASE}
       WHERE id = $1 AND status = 'running'`,
      [id, receivedBytes, processed],
    );
    return count > 0;
  }

  /** Stores how the columns of the file were understood. */
  async saveColumns(id: string, { understood, dropped }: FileColumns): Promise<void> {
    await this.dataSource.query(
      `UPDATE customer_imports SET columns = $2, dropped_columns = $3 WHERE id = $1`,
      [id, JSON.stringify(understood), JSON.stringify(dropped)],
    );
  }

  /** Stores the count of each kind of problem. */
  async saveProblems(id: string, tally: ProblemTally): Promise<void> {
    await this.dataSource.query(
      `UPDATE customer_imports SET problems = $2, warnings = $3 WHERE id = $1`,
      [id, JSON.stringify(tally.summaries), tally.countOf('warning')],
    );
  }

  /**
   * Writes the counts, and possibly the end of the import, in the transaction of the merge. This is a
   * fence: an import that was cancelled, or whose lease has expired, merges nothing more.
   *
   * @returns false when the import had ended before
   */
  async settle(
    client: PoolClient,
    id: string,
    counts: Counts,
    status: 'running' | 'succeeded',
  ): Promise<boolean> {
    const { processed, created, updated, skipped, failed } = counts;
    const { rowCount } = await client.query(
      `UPDATE customer_imports
       SET processed = $2, created = $3, updated = $4, skipped = $5, failed = $6, status = $7,
         finished_at = CASE WHEN $7 = 'running' THEN NULL ELSE clock_timestamp() END
       WHERE id = $1 AND status = 'running'`,
      [id, processed, created, updated, skipped, failed, status],
    );
    return rowCount === 1;
  }

  /** @returns false when the import had already ended */
  async end(
    id: string,
    status: Exclude<ImportStatus, 'running'>,
    failure?: Failure,
    refusedRows = 0,
  ): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE customer_imports
       SET status = $2, finished_at = now(), error_code = $3, error_detail = $4,
         failed = failed + $5
       WHERE id = $1 AND status = 'running'`,
      [id, status, failure?.code ?? null, failure?.detail ?? null, refusedRows],
    );
    return count > 0;
  }

  /** Fails the imports whose lease has expired, because their process has died. */
  async failAbandoned({ code, detail }: Failure): Promise<void> {
    await this.dataSource.query(
      `UPDATE customer_imports
       SET status = 'failed', finished_at = now(), error_code = $1, error_detail = $2
       WHERE is_staged AND status = 'running' AND leased_until < now()`,
      [code, detail],
    );
  }

  /** The ended imports whose rows may still be in the staging table. */
  async listLeftBehind(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM customer_imports
       WHERE is_staged AND status <> 'running' AND leased_until < now()`,
    );
    return rows.map(({ id }) => id);
  }

  /** A running import stays marked, because {@link failAbandoned} must still find it. */
  async markCleared(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE customer_imports SET is_staged = false WHERE id = $1 AND status <> 'running'`,
      [id],
    );
  }
}

type Reported = 'columns' | 'dropped_columns' | 'problems';
type JobRow = Omit<ImportResponse, 'received_bytes' | 'total_bytes' | 'error' | Reported> & {
  // Null until the file has been read, and in imports of earlier versions.
  columns: ImportResponse['columns'] | null;
  dropped_columns: string[] | null;
  problems: ImportResponse['problems'] | null;
  received_bytes: string;
  total_bytes: string | null;
  error_code: string | null;
  error_detail: string | null;
};

function toResponse(row: JobRow): ImportResponse {
  const { error_code: code, error_detail: detail } = row;
  return {
    id: row.id,
    status: row.status,
    mode: row.mode,
    on_error: row.on_error,
    dry_run: row.dry_run,
    received_bytes: Number(row.received_bytes),
    total_bytes: row.total_bytes === null ? null : Number(row.total_bytes),
    processed: row.processed,
    created: row.created,
    updated: row.updated,
    skipped: row.skipped,
    failed: row.failed,
    warnings: row.warnings,
    columns: row.columns ?? [],
    dropped_columns: row.dropped_columns ?? [],
    problems: row.problems ?? [],
    started_at: row.started_at,
    finished_at: row.finished_at,
    error: code === null ? null : { code, detail: detail ?? '' },
  };
}
