import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { AuditEventsRepository } from '../../audit/audit-events.repository.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import { BulkPool } from '../../common/database/bulk-pool.js';
import { AppError } from '../../common/errors/app-error.js';
import type { Page, PageQuery } from '../../common/pagination/pagination.js';
import type { Upload } from '../../common/http/upload.js';
import { Log } from '../../common/logging/log.js';
import type { Principal } from '../../common/security/principal.js';
import { isUnexpected, toAnswer, toFailure } from './import-failures.js';
import { type ImportJob, ImportJobs } from './import-jobs.js';
import { ImportEndedError, ImportLease, ServerStoppingError } from './import-lease.js';
import { RowsRefusedError, runImport } from './merging/import-run.js';
import { ImportSweeper } from './import-sweeper.js';
import { receive } from './reading/import-upload.js';
import type { ImportErrorResponse, ImportQuery, ImportResponse } from './imports.dto.js';
import { MalformedFileError } from './reading/record.js';

@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  /** The imports that this process works on, until they have ended. */
  private readonly running = new Map<ImportLease, Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly bulk: BulkPool,
    private readonly jobs: ImportJobs,
    private readonly sweeper: ImportSweeper,
    private readonly audit: AuditEventsRepository,
    private readonly log: Log,
  ) {}

  /**
   * Takes a file in; its rows are merged after this has answered.
   *
   * @param actor nobody, when it comes from the shell
   * @throws AppError 413, 409 when it was cancelled meanwhile, or 503
   */
  async start(
    actor: Principal | undefined,
    query: ImportQuery,
    upload: Upload,
  ): Promise<ImportResponse> {
    const { mode = 'insert', on_error: onError = 'abort', dry_run: dryRun } = query;
    const { importMaxBytes: limit } = this.config;
    if ((upload.totalBytes ?? 0) > limit) throw new AppError('payload_too_large');
    const options = { mode, onError, isDryRun: dryRun === 'true', actor };
    const job = await this.jobs.create(options, upload.totalBytes);
    const lease = new ImportLease(job.id, this.jobs, this.log);
    const received = receive(upload, limit, lease, this.bulk.pool);
    const work = this.work(job, lease, received);
    this.running.set(lease, work);
    try {
      await received;
    } catch (error) {
      upload.stream.resume();
      await work;
      if (!(error instanceof MalformedFileError)) throw toAnswer(error);
    }
    return this.jobs.get(job.id);
  }

  get(id: string): Promise<ImportResponse> {
    return this.jobs.get(id);
  }

  list(page: PageQuery): Promise<Page<ImportResponse>> {
    return this.jobs.list(page);
  }

  errors(id: string, page: PageQuery): Promise<Page<ImportErrorResponse>> {
    return this.jobs.errors(id, page);
  }

  /** How many rows the import found in its file. */
  stagedRows(id: string): Promise<number> {
    return this.jobs.stagedRows(id);
  }

  /** Returns when this process works on no import any more. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** @throws AppError 404, or 409 when it has ended before */
  async cancel(id: string): Promise<void> {
    await this.jobs.get(id);
    if (!(await this.jobs.end(id, 'cancelled'))) throw new AppError('not_running');
    for (const lease of this.running.keys()) {
      if (lease.importId === id) lease.abort(new ImportEndedError());
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const lease of this.running.keys()) lease.abort(new ServerStoppingError());
    await this.idle();
  }

  private async work(job: ImportJob, lease: ImportLease, received: Promise<void>): Promise<void> {
    try {
      await received;
      await runImport(this.bulk.pool, job, lease, this.audit);
    } catch (error) {
      await this.fail(job, lease, error);
    } finally {
      lease.release();
      await this.sweeper.clear(job.id).catch(() => undefined); // its time comes again
      this.running.delete(lease);
    }
  }

  private async fail({ id }: ImportJob, lease: ImportLease, error: unknown): Promise<void> {
    if (isUnexpected(error)) this.log.error({ err: error, import_id: id }, 'An import failed');
    if (error instanceof ImportEndedError) return;
    try {
      if (error instanceof MalformedFileError) await this.jobs.addError(id, error);
      const refused = error instanceof RowsRefusedError ? error.count : 0;
      if (error instanceof RowsRefusedError) lease.processed = error.total;
      await lease.report();
      await this.jobs.end(id, 'failed', toFailure(error), refused);
    } catch (cause) {
      this.log.error({ err: cause, import_id: id }, 'A failed import could not be ended');
    }
  }
}
