import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { Conditions, keysetPage } from '../../common/pagination/keyset.js';
import { retryRead } from '../../common/database/retry-read.js';
import { notFound } from '../../common/errors/errors.js';
import { Cursors, type Page, type PageQuery } from '../../common/pagination/pagination.js';
import type { Principal } from '../../common/security/principal.js';
import type { ImportMode, ImportStatus, OnError } from './customer-import.entity.js';
import type { MalformedFileError } from './reading/record.js';
import type { ImportErrorResponse, ImportResponse } from './imports.dto.js';

/** What an import was asked to do, and by whom; nobody when it came from the shell. */
export interface ImportJob {
  id: string;
  mode: ImportMode;
  onError: OnError;
  isDryRun: boolean;
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

/** Much more than a heartbeat, so that a busy moment does not end an import. */
export const LEASE = `interval '10 seconds'`;

const COLUMNS = `id, status, received_bytes, total_bytes, processed, created, updated, skipped,
  failed, started_at, finished_at, error_code, error_detail`;

/** The rows that tell how imports go. */
@Injectable()
export class ImportJobs {
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

  /** @throws AppError 404 */
  async get(id: string): Promise<ImportResponse> {
    const [row] = await retryRead(() =>
      this.dataSource.query<JobRow[]>(`SELECT ${COLUMNS} FROM customer_imports WHERE id = $1`, [
        id,
      ]),
    );
    if (!row) throw notFound('import');
    return toResponse(row);
  }

  list(page: PageQuery): Promise<Page<ImportResponse>> {
    return keysetPage<JobRow, ImportResponse>(this.dataSource, this.cursors, {
      columns: COLUMNS,
      table: 'customer_imports',
      conditions: () => new Conditions(),
      sorts: { started_at: { expression: 'started_at', type: 'timestamptz', isNullable: false } },
      sort: '-started_at',
      page,
      toItem: toResponse,
    });
  }

  async errors(importId: string, page: PageQuery): Promise<Page<ImportErrorResponse>> {
    await this.get(importId);
    return keysetPage<ErrorRow, ImportErrorResponse>(this.dataSource, this.cursors, {
      columns: 'id, line, code, field, detail',
      table: 'customer_import_errors',
      conditions: () =>
        new Conditions().add(importId, (placeholder) => `import_id = ${placeholder}`),
      sorts: { line: { expression: 'line', type: 'integer', isNullable: false } },
      sort: 'line',
      page,
      toItem: ({ line, code, field, detail }) => ({ line, code, field, detail }),
    });
  }

  async stagedRows(importId: string): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: string }]>(
      'SELECT count(*) AS count FROM customer_import_rows WHERE import_id = $1',
      [importId],
    );
    return Number(count);
  }

  /** The list of errors names the line where the file cannot be read any further, too. */
  async addError(importId: string, { line, message }: MalformedFileError): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO customer_import_errors (import_id, line, code, detail)
       VALUES ($1, $2, 'malformed_file', $3)`,
      [importId, line, message],
    );
  }

  /** Tells how far it is and renews the lease. @returns false when the import has ended */
  async report(id: string, receivedBytes: number, processed: number): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE customer_imports
       SET received_bytes = $2, processed = $3, leased_until = now() + ${LEASE}
       WHERE id = $1 AND status = 'running'`,
      [id, receivedBytes, processed],
    );
    return count > 0;
  }

  /** @returns false when the import has ended before, which then stays as it is */
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
}

/**
 * Writes the counts in the transaction of the merge, the end of the import with them if it is one.
 * This is the fence: a job that was cancelled, or given up by its lease, takes nothing more.
 *
 * @returns false when the import has ended before
 */
export async function settle(
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

type ErrorRow = ImportErrorResponse & { id: string };

type JobRow = Omit<ImportResponse, 'received_bytes' | 'total_bytes' | 'error'> & {
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
    received_bytes: Number(row.received_bytes),
    total_bytes: row.total_bytes === null ? null : Number(row.total_bytes),
    processed: row.processed,
    created: row.created,
    updated: row.updated,
    skipped: row.skipped,
    failed: row.failed,
    started_at: row.started_at,
    finished_at: row.finished_at,
    error: code === null ? null : { code, detail: detail ?? '' },
  };
}
