import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { AuditEventsRepository } from '../../../audit/audit-events.repository.js';
import { BulkPool } from '../../../common/database/bulk-pool.js';
import { checkRows, nextChunk } from './import-check.js';
import {
  type Counts,
  CustomerImportsRepository,
  type ImportJob,
} from '../jobs/customer-imports.repository.js';
import { type ImportLease, ImportEndedError } from '../jobs/import-lease.js';
import { countRows, mergeChunk, OutdatedCheckError } from './import-merge.js';

/** How often rows are checked again because customers changed meanwhile. */
const MAXIMUM_CHECKS = 5;

/** Rows were refused, and the import takes all rows or none. */
export class RowsRefusedError extends Error {
  constructor(
    readonly count: number,
    readonly total: number,
  ) {
    super();
  }
}

const NOTHING: Counts = { processed: 0, created: 0, updated: 0, skipped: 0, failed: 0 };

/** Merges staged rows into the table of customers. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly bulk: BulkPool,
    private readonly jobs: CustomerImportsRepository,
    private readonly audit: AuditEventsRepository,
  ) {}

  /**
   * Checks and merges the staged rows of an import, by set-based statements over chunks of lines,
   * and ends the import. `abort` does it in one transaction, `skip` in one for each chunk.
   *
   * @throws RowsRefusedError, or ImportEndedError when it was cancelled meanwhile
   */
  async run(job: ImportJob, lease: ImportLease): Promise<void> {
    const client = await this.bulk.pool.connect();
    try {
      await client.query('ANALYZE customer_import_rows');
      await new ImportRun(client, job, lease, this.jobs, this.audit).run();
    } finally {
      client.release(true); // perhaps in the middle of a transaction
    }
  }
}

class ImportRun {
  private settled = NOTHING;
  private settledLine = 0;

  constructor(
    private readonly client: PoolClient,
    private readonly job: ImportJob,
    private readonly lease: ImportLease,
    private readonly jobs: CustomerImportsRepository,
    private readonly audit: AuditEventsRepository,
  ) {}

  async run(): Promise<void> {
    for (let check = 1; ; check += 1) {
      try {
        await this.checkAndMerge();
        return;
      } catch (error) {
        if (!(error instanceof OutdatedCheckError) || check === MAXIMUM_CHECKS) throw error;
        await this.client.query('ROLLBACK');
      }
    }
  }

  private async checkAndMerge(): Promise<void> {
    const { client, job, lease } = this;
    const { total, refused } = await checkRows(client, job, this.settledLine, lease.signal);
    if (refused > 0 && job.onError === 'abort') throw new RowsRefusedError(refused, total);
    if (job.isDryRun) {
      await this.settle(await countRows(client, job.id), 'succeeded');
      return;
    }
    await (job.onError === 'abort' ? this.mergeAtOnce() : this.mergeByChunks());
  }

  private async mergeAtOnce(): Promise<void> {
    const { client, job, lease } = this;
    await client.query('BEGIN');
    let counts = NOTHING;
    for await (const { from, to } of this.chunks(0)) {
      counts = sum(counts, await mergeChunk(client, job, from, to));
      lease.processed = counts.processed;
    }
    await this.settle(counts, 'succeeded');
    await client.query('COMMIT');
  }

  private async mergeByChunks(): Promise<void> {
    const { client, job, lease } = this;
    for await (const { from, to } of this.chunks(this.settledLine)) {
      await client.query('BEGIN');
      const counts = sum(this.settled, await mergeChunk(client, job, from, to));
      await this.settle(counts, 'running');
      await client.query('COMMIT');
      this.settled = counts;
      this.settledLine = to;
      lease.processed = counts.processed;
    }
    await client.query('BEGIN');
    await this.settle(this.settled, 'succeeded');
    await client.query('COMMIT');
  }

  private async *chunks(after: number): AsyncGenerator<{ from: number; to: number }> {
    for (let from = after; ;) {
      this.lease.signal.throwIfAborted();
      const to = await nextChunk(this.client, this.job.id, from);
      if (to === undefined) return;
      yield { from, to };
      from = to;
    }
  }

  private async settle(counts: Counts, status: 'running' | 'succeeded'): Promise<void> {
    const { client, job } = this;
    if (!(await this.jobs.settle(client, job.id, counts, status))) throw new ImportEndedError();
    if (status === 'succeeded' && !job.isDryRun) await this.record(counts);
  }

  private record(counts: Counts): Promise<void> {
    const { id, mode, onError, actor } = this.job;
    return this.audit.record(this.client, actor, {
      action: 'customers_imported',
      subject: { type: 'import', id },
      details: { mode, on_error: onError, ...counts },
    });
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
