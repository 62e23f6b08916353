import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { type Config, readConfig } from '../common/config/config.js';
import { BulkPool } from '../common/database/bulk-pool.js';
import { NamedConnections } from '../common/database/named-connections.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { createLog } from '../common/logging/log.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Page } from '../common/pagination/page.dto.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import type { ImportErrorResponse, ImportResponse } from '../customers/import/imports.dto.js';
import { Bulkheads } from '../common/bulkheads/bulkheads.js';
import { Metrics } from '../common/metrics/metrics.js';
import { ImportsService, type Progress } from '../customers/import/imports.service.js';
import { CustomerImportErrorsRepository } from '../customers/import/jobs/customer-import-errors.repository.js';
import { CustomerImportsRepository } from '../customers/import/jobs/customer-imports.repository.js';
import { ImportSweeper } from '../customers/import/jobs/import-sweeper.js';
import { CustomerImportRowsRepository } from '../customers/import/merging/customer-import-rows.repository.js';
import { ImportRunner } from '../customers/import/merging/import-runner.js';
import { runCommand } from './command.js';
import { type ImportArguments, readArguments } from './import-arguments.js';
import { summarize } from './import-summary.js';
import { IMPORT_USAGE } from './import-usage.js';
import { ProgressBar } from './progress-bar.js';

/** Some rows were refused, the others were imported. */
const EXIT_PARTIAL = 2;
const SHOWN_ERRORS = 20;
/** Milliseconds. */
const POLL_INTERVAL = 200;

/**
 * `npm run customers:import -- customers.csv` imports a file like POST /customers/import, but in this
 * process. It needs the environment of the server. GET /customers/imports lists the import like any
 * other.
 */
async function importCustomers(args: string[]): Promise<number> {
  const given = await readArguments(args);
  if (!given) {
    process.stdout.write(IMPORT_USAGE);
    return 0;
  }
  const config = readConfig();
  const dataSource = await new DataSource(dataSourceOptions(config)).initialize();
  const bulk = new BulkPool(config);
  try {
    const imports = importsService(config, dataSource, bulk);
    process.once('SIGINT', () => void imports.beforeApplicationShutdown());
    const result = await follow(imports, given);
    const { data } = await firstErrors(imports, result.id);
    process.stdout.write(summarize(result, data, given));
    await imports.idle();
    return exitCode(result);
  } finally {
    await bulk.onApplicationShutdown();
    await dataSource.destroy();
  }
}

/** Creates the service without Nest, because the command serves no requests. */
function importsService(config: Config, dataSource: DataSource, bulk: BulkPool): ImportsService {
  const log = createLog({ logLevel: 'error' });
  const cursors = new Cursors(new KeyedHashes(config));
  const jobs = new CustomerImportsRepository(dataSource, cursors);
  const rowErrors = new CustomerImportErrorsRepository(dataSource, cursors);
  const audit = new AuditEventsRepository(dataSource, cursors);
  const rows = new CustomerImportRowsRepository(bulk);
  const runner = new ImportRunner(bulk, new NamedConnections(dataSource), jobs, rows, audit);
  const sweeper = new ImportSweeper(jobs, rows, log);
  const metrics = new Metrics();
  const bulkheads = new Bulkheads(config, metrics);
  return new ImportsService(
    config,
    bulk,
    jobs,
    rowErrors,
    runner,
    sweeper,
    bulkheads,
    log,
    metrics,
  );
}

/** Shows the progress until the import has ended. */
async function follow(
  imports: ImportsService,
  { query, upload }: ImportArguments,
): Promise<ImportResponse> {
  const bar = new ProgressBar(process.stderr);
  let phase: Phase = { label: 'Reading', total: upload.totalBytes };
  const timer = setInterval(() => draw(bar, phase, imports.progress()), POLL_INTERVAL);
  try {
    const { id } = await imports.start(undefined, query, upload);
    phase = { label: 'Merging', total: imports.progress()[0]?.rows ?? null };
    for (;;) {
      const result = await imports.get(id);
      if (result.status !== 'running') return result;
      await sleep(POLL_INTERVAL);
    }
  } finally {
    clearInterval(timer);
    bar.clear();
  }
}

interface Phase {
  label: 'Reading' | 'Merging';
  total: number | null;
}

function draw(bar: ProgressBar, { label, total }: Phase, [progress]: readonly Progress[]): void {
  if (!progress) return;
  const { receivedBytes, processed, rows, warnings, errors } = progress;
  const found = { ...(label === 'Reading' && { rows }), warnings, errors };
  const [done, unit] = label === 'Reading' ? [receivedBytes, 'bytes'] : [processed, 'rows'];
  bar.draw(label, { done, total, unit }, found);
}

async function firstErrors(
  imports: ImportsService,
  id: string,
): Promise<Page<ImportErrorResponse>> {
  return (await imports.errors(id, { limit: SHOWN_ERRORS })) as Page<ImportErrorResponse>;
}

function exitCode({ status, failed }: ImportResponse): number {
  if (status !== 'succeeded') return 1;
  return failed > 0 ? EXIT_PARTIAL : 0;
}

await runCommand(importCustomers);
