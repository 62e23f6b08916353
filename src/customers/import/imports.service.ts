import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../common/config/config.js';
import { BulkPool } from '../../common/database/bulk-pool.js';
import { AppError } from '../../common/errors/app-error.js';
import { notFound } from '../../common/errors/errors.js';
import type { Upload } from '../../common/http/upload.js';
import { Log } from '../../common/logging/log.js';
import type { Page, PageQuery } from '../../common/pagination/page.dto.js';
import type { Principal } from '../../common/security/principal.js';
import type { ImportErrorResponse, ImportQuery, ImportResponse } from './imports.dto.js';
import { CustomerImportErrorsRepository } from './jobs/customer-import-errors.repository.js';
import { CustomerImportsRepository, type ImportJob } from './jobs/customer-imports.repository.js';
import { isUnexpected, toAnswer, toFailure } from './jobs/import-failures.js';
import { ImportEndedError, ImportLease, ServerStoppingError } from './jobs/import-lease.js';
import { ImportSweeper } from './jobs/import-sweeper.js';
import { ImportRunner, RowsRefusedError } from './merging/import-runner.js';
import { receive } from './reading/import-upload.js';
import { MalformedFileError } from './reading/record.js';

@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  /** The imports that this process works on, until they have ended. */
  private readonly running = new Map<ImportLease, Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly bulk: BulkPool,
    private readonly jobs: CustomerImportsRepository,
    private readonly rowErrors: CustomerImportErrorsRepository,
    private readonly runner: ImportRunner,
    private readonly sweeper: ImportSweeper,
    private readonly log: Log,
  ) {}

  /**
   * Receives a file. Its rows are merged after this has returned.
   *
   * @param actor undefined for the command line
   * @throws AppError 413, 409 when the import was cancelled meanwhile, or 503
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
    return this.get(job.id);
  }

  /** @throws AppError 404 */
  async get(id: string): Promise<ImportResponse> {
    const job = await this.jobs.find(id);
    if (!job) throw notFound('import');
    return job;
  }

  list(page: PageQuery): Promise<Page<ImportResponse>> {
    return this.jobs.list(page);
  }

  /** @throws AppError 404 */
  async errors(id: string, page: PageQuery): Promise<Page<ImportErrorResponse>> {
    await this.get(id);
    return this.rowErrors.list(id, page);
  }

  /** Returns when this process works on no import any more. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** @throws AppError 404, or 409 when the import had ended before */
  async cancel(id: string): Promise<void> {
    await this.get(id);
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
      await this.runner.run(job, lease);
    } catch (error) {
      await this.fail(job, lease, error);
    } finally {
      await lease.release();
      await this.sweeper.clear(job.id).catch(() => undefined); // the sweeper tries again
      this.running.delete(lease);
    }
  }

  private async fail({ id }: ImportJob, lease: ImportLease, error: unknown): Promise<void> {
    if (isUnexpected(error)) this.log.error({ err: error, import_id: id }, 'An import failed');
    if (error instanceof ImportEndedError) return;
    try {
      if (error instanceof MalformedFileError) await this.rowErrors.addMalformedFile(id, error);
      const refused = error instanceof RowsRefusedError ? error.count : 0;
      if (error instanceof RowsRefusedError) lease.processed = error.total;
      await lease.report();
      await this.jobs.end(id, 'failed', toFailure(error), refused);
    } catch (cause) {
      this.log.error({ err: cause, import_id: id }, 'A failed import could not be ended');
    }
  }
}
