import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { AuditEventsRepository } from '../audit/audit-events.repository.js';
import { type Config, ConfigError, EXIT_CONFIG, readConfig } from '../common/config/config.js';
import { BulkPool } from '../common/database/bulk-pool.js';
import { dataSourceOptions } from '../common/database/data-source.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { Cursors } from '../common/pagination/cursors.js';
import type { Upload } from '../common/http/upload.js';
import { createLog } from '../common/logging/log.js';
import { KeyedHashes } from '../common/security/keyed-hashes.js';
import type { ImportQuery, ImportResponse } from '../customers/import/imports.dto.js';
import { ImportsService } from '../customers/import/imports.service.js';
import { IMPORT_MODES, ON_ERROR } from '../customers/import/jobs/customer-import.entity.js';
import { CustomerImportErrorsRepository } from '../customers/import/jobs/customer-import-errors.repository.js';
import { CustomerImportsRepository } from '../customers/import/jobs/customer-imports.repository.js';
import { ImportSweeper } from '../customers/import/jobs/import-sweeper.js';
import { CustomerImportRowsRepository } from '../customers/import/merging/customer-import-rows.repository.js';
import { ImportRunner } from '../customers/import/merging/import-runner.js';
import { ProgressBar } from './progress-bar.js';

const USAGE = `Usage: npm run customers:import -- [options] <file>
  <file>      .csv, .json (an array) or .ndjson; - reads standard input, with --format
  --format    csv, json or ndjson, if the name of the file does not say it
  --mode      insert (default) or upsert
  --on-error  abort (default) or skip
  --dry-run   check and count only`;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** EX_USAGE of sysexits(3). */
const EXIT_USAGE = 64;
const SHOWN_ERRORS = 20;
const POLL_INTERVAL = 200;

class UsageError extends Error {}

/**
 * `npm run customers:import -- customers.csv`: what POST /customers/import does, in this process and
 * on the database of the server, whose environment it needs. GET /customers/imports lists
 * the import like any other.
 */
async function main(args: string[]): Promise<number> {
  const { query, upload } = await readArguments(args);
  const config = readConfig();
  const dataSource = await new DataSource(dataSourceOptions(config)).initialize();
  const bulk = new BulkPool(config);
  try {
    const rows = new CustomerImportRowsRepository(bulk);
    const imports = importsService(config, dataSource, bulk, rows);
    process.once('SIGINT', () => void imports.beforeApplicationShutdown());
    const result = await follow(imports, rows, query, upload);
    await summarize(imports, result, query.dry_run === 'true');
    await imports.idle();
    return result.status === 'succeeded' ? 0 : 1;
  } finally {
    await bulk.onApplicationShutdown();
    await dataSource.destroy();
  }
}

/** The service without Nest, since the command serves no requests. */
function importsService(
  config: Config,
  dataSource: DataSource,
  bulk: BulkPool,
  rows: CustomerImportRowsRepository,
): ImportsService {
  const log = createLog({ logLevel: 'error' });
  const cursors = new Cursors(new KeyedHashes(config));
  const jobs = new CustomerImportsRepository(dataSource, cursors);
  const rowErrors = new CustomerImportErrorsRepository(dataSource, cursors);
  const audit = new AuditEventsRepository(dataSource, cursors);
  const runner = new ImportRunner(bulk, jobs, audit);
  const sweeper = new ImportSweeper(jobs, rows, log, new Housekeeping(dataSource, log));
  return new ImportsService(config, bulk, jobs, rowErrors, runner, sweeper, log);
}

async function readArguments(args: string[]): Promise<{ query: ImportQuery; upload: Upload }> {
  const { values, positionals } = parseArguments(args);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError(USAGE);
  const mediaType = MEDIA_TYPES[values.format ?? extname(file).slice(1).toLowerCase()];
  const mode = IMPORT_MODES.find((known) => known === values.mode);
  const onError = ON_ERROR.find((known) => known === values['on-error']);
  if (!mediaType || !mode || !onError) throw new UsageError(USAGE);
  const isStandardInput = file === '-';
  const totalBytes = isStandardInput ? null : (await stat(file)).size;
  return {
    query: { mode, on_error: onError, dry_run: values['dry-run'] ? 'true' : 'false' },
    upload: {
      mediaType,
      stream: isStandardInput ? process.stdin : createReadStream(file),
      totalBytes,
    },
  };
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        mode: { type: 'string', default: 'insert' },
        'on-error': { type: 'string', default: 'abort' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
  } catch {
    throw new UsageError(USAGE);
  }
}

/** Shows the progress until the import has ended. */
async function follow(
  imports: ImportsService,
  staged: CustomerImportRowsRepository,
  query: ImportQuery,
  upload: Upload,
): Promise<ImportResponse> {
  const bar = new ProgressBar(process.stderr);
  let bytes = 0;
  upload.stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    bar.draw('Reading', bytes, upload.totalBytes, 'bytes');
  });
  upload.stream.pause(); // the import reads it when it is ready
  const { id } = await imports.start(undefined, query, upload);
  const rows = await staged.count(id);
  for (;;) {
    const result = await imports.get(id);
    bar.draw('Merging', result.processed, rows, 'rows');
    if (result.status !== 'running') {
      bar.clear();
      return result;
    }
    await sleep(POLL_INTERVAL);
  }
}

async function summarize(
  imports: ImportsService,
  result: ImportResponse,
  isDryRun: boolean,
): Promise<void> {
  const { id, status, processed, created, updated, skipped, failed, error } = result;
  const counts = { rows: processed, created, updated, skipped, refused: failed };
  const lines = Object.entries(counts).map(
    ([name, count]) => `  ${name.padEnd(8)} ${count.toLocaleString('en').padStart(12)}`,
  );
  const title = `Import ${id} ${status}${isDryRun ? ' (dry run: nothing was changed)' : ''}`;
  process.stdout.write(`${[title, ...lines].join('\n')}\n`);
  if (error) process.stdout.write(`${error.detail}\n`);
  const { data, page } = await imports.errors(id, { limit: SHOWN_ERRORS });
  for (const { line, field, detail } of data) {
    process.stdout.write(`  line ${line}${field === null ? '' : `, ${field}`}: ${detail}\n`);
  }
  if (page.has_more) {
    process.stdout.write(`  ... and more: GET /api/v1/customers/imports/${id}/errors\n`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const isUsage = error instanceof UsageError;
  process.exitCode = isUsage ? EXIT_USAGE : error instanceof ConfigError ? EXIT_CONFIG : 1;
}
