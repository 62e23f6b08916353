import { type BeforeApplicationShutdown, Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Bulkheads } from '../../common/bulkheads/bulkheads.js';
import { CONFIG, type Config } from '../../common/config/config.js';
import { BulkPool } from '../../common/database/bulk-pool.js';
import { AppError } from '../../common/errors/app-error.js';
import { notFound } from '../../common/errors/errors.js';
import type { Upload } from '../../common/http/upload.js';
import { Log } from '../../common/logging/log.js';
import { Metrics } from '../../common/metrics/metrics.js';
import type { Page, PageQuery } from '../../common/pagination/page.dto.js';
import type { Principal } from '../../common/security/principal.js';
import { toCsv } from './import-errors-csv.js';
import type { ImportQuery } from './import-query.dto.js';
import { optionsOf } from './import-options.js';
import type { ImportErrorResponse, ImportResponse, ListImportErrorsQuery } from './imports.dto.js';
import { CustomerImportErrorsRepository } from './jobs/customer-import-errors.repository.js';
import { CustomerImportsRepository, type ImportJob } from './jobs/customer-imports.repository.js';
import {
  checkDeclaredSize,
  isAboutFile,
  isUnexpected,
  toAnswer,
  toFailure,
} from './jobs/import-failures.js';
import { ImportEndedError, ImportLease, ServerStoppingError } from './jobs/import-lease.js';
import { ImportSweeper } from './jobs/import-sweeper.js';
import { ProblemLog } from './jobs/problem-log.js';
import type { ImportProblem } from './jobs/problem-tally.js';
import type { FileLayouts } from './mapping/file-layouts.js';
import { RowMapper } from './mapping/row-mapper.js';
import { ImportRunner, RowsRefusedError } from './merging/import-runner.js';
import { Staging } from './merging/staging.js';
import { FileReader } from './reading/file-reader.js';
import { MalformedFileError } from './reading/record.js';
import { RowIntake } from './reading/row-intake.js';

/** An import that runs in this process. */
interface Running {
  job: ImportJob;
  lease: ImportLease;
  problems: ProblemLog;
  intake: RowIntake;
}

/** The progress of an import. */
export interface Progress {
  receivedBytes: number;
  processed: number;
  rows: number;
  warnings: number;
  errors: number;
}

@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  /** The imports that run in this process. The key settles when the import has ended. */
  private readonly running = new Map<Promise<void>, Running>();
  private readonly ended: Counter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly bulk: BulkPool,
    private readonly jobs: CustomerImportsRepository,
    private readonly rowErrors: CustomerImportErrorsRepository,
    private readonly runner: ImportRunner,
    private readonly sweeper: ImportSweeper,
    private readonly bulkheads: Bulkheads,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.ended = metrics.counter('imports_total', 'Imports that ended on this instance.', [
      'status',
    ]);
  }

  /**
   * Receives a file. Its rows are merged after this method has returned.
   *
   * @param actor undefined for the command line
   * @throws AppError 413, 429 when the account already runs two imports, 409 when the import was
   *   cancelled meanwhile, or 503
   */
  async start(
    actor: Principal | undefined,
    query: ImportQuery,
    upload: Upload,
  ): Promise<ImportResponse> {
    checkDeclaredSize(upload, this.config.importMaxBytes);
    const leave = await this.enter(actor, upload);
    const job = await this.jobs
      .create({ ...optionsOf(query), actor }, upload.totalBytes)
      .catch((error: unknown) => {
        leave();
        throw error;
      });
    return this.run(job, upload, leave);
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
  async errors(
    id: string,
    query: ListImportErrorsQuery,
  ): Promise<Page<ImportErrorResponse> | StreamableFile> {
    await this.get(id);
    if (query.format !== 'csv') return this.rowErrors.list(id, query);
    const file = Buffer.from(toCsv(await this.rowErrors.listAll(id, query)));
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: 'attachment; filename="import-errors.csv"',
    });
  }

  /** The progress of the imports in this process. */
  progress(): Progress[] {
    return [...this.running.values()].map(({ lease, problems, intake }) => ({
      receivedBytes: lease.receivedBytes,
      processed: lease.processed,
      rows: intake.staged + intake.refused,
      warnings: problems.tally.countOf('warning'),
      errors: problems.tally.countOf('error'),
    }));
  }

  /** Returns when no import runs in this process. */
  async idle(): Promise<void> {
    await Promise.all(this.running.keys());
  }

  /** @throws AppError 404, or 409 when the import had ended before */
  async cancel(id: string): Promise<void> {
    await this.get(id);
    if (!(await this.jobs.end(id, 'cancelled'))) throw new AppError('not_running');
    for (const { lease } of this.running.values()) {
      if (lease.importId === id) lease.abort(new ImportEndedError());
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const { lease } of this.running.values()) lease.abort(new ServerStoppingError());
    await this.idle();
  }

  /** Takes a place among the running imports. A command needs none. @throws AppError 429, 503 */
  private async enter(actor: Principal | undefined, upload: Upload): Promise<() => void> {
    if (!actor) return () => {};
    try {
      return await this.bulkheads.imports.enter(actor.userId);
    } catch (error) {
      upload.discard();
      throw error;
    }
  }

  /** @param leave called when the import has ended */
  private async run(job: ImportJob, upload: Upload, leave: () => void): Promise<ImportResponse> {
    const lease = new ImportLease(job.id, this.jobs, this.log);
    const problems = new ProblemLog(job.id, this.rowErrors, this.jobs);
    const mapper = new RowMapper(job);
    const staging = new Staging(this.bulk.imports, job.id);
    const { importMaxBytes, importMaxRows } = this.config;
    const intake = new RowIntake(mapper, staging, problems, job.onError, importMaxRows);
    const reader = new FileReader(upload, job.delimiter, intake);
    const received = this.receive(job.id, mapper.layouts, () => reader.run(importMaxBytes, lease));
    const running = { job, lease, problems, intake };
    const work = this.work(running, received);
    this.running.set(work, running);
    void work.finally(() => {
      this.running.delete(work);
      leave();
    });
    try {
      await received;
    } catch (error) {
      upload.discard();
      await work;
      if (!isAboutFile(error)) throw toAnswer(error);
    }
    return this.get(job.id);
  }

  private async receive(
    id: string,
    { columns }: FileLayouts,
    run: () => Promise<void>,
  ): Promise<void> {
    try {
      await run();
    } finally {
      await this.jobs.saveColumns(id, columns);
    }
  }

  private async work(running: Running, received: Promise<void>): Promise<void> {
    const { job, lease, problems, intake } = running;
    try {
      await received;
      await this.runner.run({ job, lease, problems, refused: intake.refused });
      this.ended.labels('succeeded').inc();
    } catch (error) {
      await this.fail(running, error);
    } finally {
      await lease.release();
      await this.sweeper.clear(job.id).catch(() => undefined); // the sweeper tries again
    }
  }

  private async fail({ job: { id }, lease, problems }: Running, error: unknown): Promise<void> {
    if (isUnexpected(error)) this.log.error({ err: error, import_id: id }, 'An import failed');
    const hasEnded = error instanceof ImportEndedError;
    this.ended.labels(hasEnded ? 'cancelled' : 'failed').inc();
    if (hasEnded) return;
    try {
      if (error instanceof MalformedFileError) await problems.add(malformedFile(error));
      const refused = error instanceof RowsRefusedError ? error.count : 0;
      if (error instanceof RowsRefusedError) lease.processed = error.total;
      await problems.report();
      await lease.report();
      await this.jobs.end(id, 'failed', toFailure(error), refused);
    } catch (cause) {
      this.log.error({ err: cause, import_id: id }, 'A failed import could not be ended');
    }
  }
}

/** Reports the line from which on the file cannot be read. */
function malformedFile({ line, message }: MalformedFileError): ImportProblem {
  return { line, severity: 'error', code: 'malformed_file', field: null, detail: message };
}
