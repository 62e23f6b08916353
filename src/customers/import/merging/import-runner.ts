import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { AuditEventsRepository } from '../../../audit/audit-events.repository.js';
import { BulkPool } from '../../../common/database/bulk-pool.js';
import { NamedConnections } from '../../../common/database/named-connections.js';
import { isConnectionLost } from '../../../common/database/database-errors.js';
import { retryRead } from '../../../common/database/retry-read.js';
import {
  type Counts,
  CustomerImportsRepository,
  type ImportJob,
} from '../jobs/customer-imports.repository.js';
import { ImportEndedError, type ImportLease } from '../jobs/import-lease.js';
import type { ProblemLog } from '../jobs/problem-log.js';
import { firstOf } from '../jobs/problem-tally.js';
import { chunks, CustomerImportRowsRepository } from './customer-import-rows.repository.js';
import { checkRows } from './import-check.js';
import { authorOf } from './import-events.js';
import { countRows, inTransaction, mergeChunk } from './import-merge.js';
import { mergeMoves } from './import-moves.js';
import { OutdatedCheckError } from './outdated-check.error.js';

/** How often the rows are checked at most. Each change of a customer meanwhile needs a new check. */
const MAXIMUM_CHECKS = 8;
/** Milliseconds until the second check. Each further one waits for as many more. */
const PAUSE = 20;

/** The import ends without a merge: it takes all rows or none, or every row was refused. */
export class RowsRefusedError extends Error {
  constructor(
    readonly code: 'rows_refused' | 'nothing_imported',
    readonly count: number,
    readonly total: number,
  ) {
    super();
  }
}

/** An import whose file has been read into the staging table. */
export interface StagedImport {
  job: ImportJob;
  lease: ImportLease;
  problems: ProblemLog;
  /** Rows that cannot be imported. They are not staged. */
  refused: number;
}

interface Dependencies {
  client: PoolClient;
  jobs: CustomerImportsRepository;
  rows: CustomerImportRowsRepository;
  audit: AuditEventsRepository;
}

const NOTHING: Counts = { processed: 0, created: 0, updated: 0, skipped: 0, failed: 0 };

/** Merges staged rows into the table of customers. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly bulk: BulkPool,
    private readonly connections: NamedConnections,
    private readonly jobs: CustomerImportsRepository,
    private readonly rows: CustomerImportRowsRepository,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Checks and merges the staged rows of an import by set-based statements over chunks of lines, and
   * ends the import. `abort` merges in one transaction, `skip` in one transaction for each chunk.
   *
   * @throws RowsRefusedError, or ImportEndedError when it was cancelled meanwhile
   */
  async run(staged: StagedImport): Promise<void> {
    const { jobs, rows, audit } = this;
    const name = `customer-api-import-${staged.job.id}`;
    const client = await retryRead(() => this.connect(name));
    try {
      await new ImportRun({ client, jobs, rows, audit }, staged).run();
    } catch (error) {
      // Otherwise the open transaction would keep its locks, and `fail` would wait for them.
      if (isConnectionLost(error)) await this.connections.terminate(name);
      throw error;
    } finally {
      client.release(true); // perhaps in the middle of a transaction
    }
  }

  /** Takes a connection and checks that it works, because an idle one may have been lost. */
  private async connect(name: string): Promise<PoolClient> {
    const client = await this.bulk.imports.connect();
    try {
      await this.connections.name(client, name);
      await client.query('ANALYZE customer_import_rows');
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

class ImportRun {
  private settled: Counts;
  private settledLine = 0;
  private hasWarned = false;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly staged: StagedImport,
  ) {
    const { refused } = staged;
    this.settled = { ...NOTHING, processed: refused, failed: refused };
  }

  async run(): Promise<void> {
    for (let check = 1; ; check += 1) {
      try {
        await this.checkAndMerge();
        return;
      } catch (error) {
        if (!(error instanceof OutdatedCheckError) || check === MAXIMUM_CHECKS) throw error;
        await this.dependencies.client.query('ROLLBACK');
        await sleep(check * PAUSE);
      }
    }
  }

  private async checkAndMerge(): Promise<void> {
    const { client } = this.dependencies;
    const { job, lease } = this.staged;
    const { total, refused } = await checkRows(client, job, this.settledLine, lease.signal);
    await this.stopIfRefused(total, refused);
    if (job.isDryRun) {
      await this.logProblems();
      await this.end(sum(this.settled, await countRows(client, job.id)));
      return;
    }
    await (job.onError === 'abort' ? this.mergeAtOnce() : this.mergeByChunks());
  }

  /** @throws RowsRefusedError */
  private async stopIfRefused(total: number, refused: number): Promise<void> {
    const { job, refused: unread } = this.staged;
    const count = unread + refused;
    const isNothing = refused === total && this.settledLine === 0 && this.settled.updated === 0;
    if (count === 0 || !(job.onError === 'abort' || isNothing)) return;
    await this.logProblems();
    const code = job.onError === 'abort' ? 'rows_refused' : 'nothing_imported';
    throw new RowsRefusedError(code, count, unread + total);
  }

  private async mergeAtOnce(): Promise<void> {
    const { client } = this.dependencies;
    const { job, lease } = this.staged;
    await this.logProblems();
    await inTransaction(client, async () => {
      let counts = await this.mergeMovedValues();
      for await (const { from, to } of chunks(client, job.id, 0, lease.signal)) {
        counts = sum(counts, await mergeChunk(client, job, from, to));
        lease.processed = counts.processed;
      }
      await this.end(counts);
    });
  }

  private async mergeByChunks(): Promise<void> {
    const { client } = this.dependencies;
    const { job, lease } = this.staged;
    this.settled = await inTransaction(client, async () =>
      this.settle(await this.mergeMovedValues()),
    );
    const unsettled = chunks(client, job.id, this.settledLine, lease.signal);
    for await (const { from, to } of unsettled) {
      this.settled = await inTransaction(client, async () =>
        this.settle(sum(this.settled, await mergeChunk(client, job, from, to))),
      );
      this.settledLine = to;
      lease.processed = this.settled.processed;
    }
    await this.logProblems();
    await inTransaction(client, () => this.end(this.settled));
  }

  /** Merges the customers whose unique values move. @returns the counts so far */
  private async mergeMovedValues(): Promise<Counts> {
    const { job } = this.staged;
    const updated = await mergeMoves(
      this.dependencies.client,
      job.id,
      this.settledLine,
      authorOf(job),
    );
    return sum(this.settled, { ...NOTHING, processed: updated, updated });
  }

  private async end(counts: Counts): Promise<void> {
    const { client, audit } = this.dependencies;
    const { id, mode, onError, actor, isDryRun } = this.staged.job;
    await this.settle(counts, 'succeeded');
    if (isDryRun) return;
    await audit.record(client, actor, {
      action: 'customers_imported',
      subject: { type: 'import', id },
      details: { mode, on_error: onError, ...counts },
    });
  }

  private async settle(
    counts: Counts,
    status: 'running' | 'succeeded' = 'running',
  ): Promise<Counts> {
    const { client, jobs } = this.dependencies;
    const isRunning = await jobs.settle(client, this.staged.job.id, counts, status);
    if (!isRunning) throw new ImportEndedError();
    return counts;
  }

  /** Adds the problems that the check has found to those of the file, and stores all of them. */
  private async logProblems(): Promise<void> {
    const { client, rows } = this.dependencies;
    const { job, problems } = this.staged;
    await inTransaction(client, async () => {
      const summaries = await rows.summarizeProblems(client, job.id);
      const listed =
        summaries.length > 0 ? await rows.listProblems(client, job.id, problems.room) : [];
      problems.addChecked(summaries, listed);
      if (job.mode === 'upsert') await this.warnOfLostIds();
    });
    await problems.report();
  }

  /** Warns once, at the first of the rows: all of them are one mistake. */
  private async warnOfLostIds(): Promise<void> {
    const { client, rows } = this.dependencies;
    const { job, problems } = this.staged;
    if (this.hasWarned) return;
    this.hasWarned = true;
    const summary = await rows.summarizeLostIds(client, job.id);
    if (!summary) return;
    problems.addChecked([summary], problems.room > 0 ? [firstOf(summary)] : []);
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    processed: a.processed + b.processed,
    created: a.created + b.created,
    updated: a.updated + b.updated,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
  };
}
