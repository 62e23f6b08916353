import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../common/config/config.js';
import type { Upload } from '../../../common/http/upload.js';
import type { MetadataPatch } from '../../metadata.js';
import { optionsOf } from '../import-options.js';
import { checkDeclaredSize, isAboutFile, toAnswer, toFailure } from '../jobs/import-failures.js';
import type { Failure } from '../jobs/customer-imports.repository.js';
import { delimiterName } from '../mapping/column-problems.js';
import { RowMapper } from '../mapping/row-mapper.js';
import type { StagedRow } from '../mapping/staged-row.js';
import { withKeys } from '../merging/staging.js';
import { FileReader } from '../reading/file-reader.js';
import { formatOf, mediaTypeOf } from '../reading/media-types.js';
import {
  DEFAULT_ROWS,
  type ImportPreviewQuery,
  type ImportPreviewResponse,
  type ImportPreviewRow,
} from './import-preview.dto.js';
import { PreviewColumns } from './preview-columns.js';
import { PreviewIntake } from './preview-intake.js';

/** Bytes that are read of a file, after decompression. */
const LIMIT = 1024 * 1024;

/** Shows how an import would understand a file. It reads and maps the file with the code of the import. */
@Injectable()
export class ImportPreviewService {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws AppError 413 for a file that no import accepts; UploadIncompleteError */
  async preview(query: ImportPreviewQuery, upload: Upload): Promise<ImportPreviewResponse> {
    checkDeclaredSize(upload, this.config.importMaxBytes);
    const options = optionsOf(query);
    const mapper = new RowMapper(options);
    const intake = new PreviewIntake(mapper, query.rows ?? DEFAULT_ROWS);
    const reader = new FileReader(upload, options.delimiter, intake);
    const error = await failureOf(reader.runBeginning(LIMIT)).finally(() => upload.discard());
    const { header, problems } = intake;
    return {
      format: {
        media_type: mediaTypeOf(formatOf(upload)),
        delimiter: header ? delimiterName(header.delimiter) : null,
        charset: reader.encoding ?? null,
      },
      ...table(mapper, intake),
      dropped_columns: mapper.layouts.columns.dropped,
      problems,
      error,
    };
  }
}

/** @returns null when an import could continue */
async function failureOf(reading: Promise<void>): Promise<Failure | null> {
  try {
    await reading;
    return null;
  } catch (error) {
    if (isAboutFile(error)) return toFailure(error);
    throw toAnswer(error);
  }
}

function table(
  mapper: RowMapper,
  { header, rows, staged }: PreviewIntake,
): Pick<ImportPreviewResponse, 'columns' | 'rows'> {
  const columns = new PreviewColumns(mapper.layouts, header !== undefined);
  if (header) columns.add({ line: header.line, names: header.header, values: [] });
  for (const row of rows) if (row.names.length > 0) columns.add(row);
  const shown = rows.map((row): ImportPreviewRow => {
    const customer = staged.get(row.line);
    return {
      line: row.line,
      cells: columns.cellsOf(row),
      customer: customer ? customerOf(customer) : null,
    };
  });
  return { columns: columns.all, rows: shown };
}

function customerOf({ values, metadata }: StagedRow): ImportPreviewRow['customer'] {
  const { metadata: whole, ...fields } = values;
  if (whole === undefined && !metadata) return fields;
  const text = withKeys(whole, metadata);
  return { ...fields, metadata: text === null ? null : (JSON.parse(text) as MetadataPatch) };
}
