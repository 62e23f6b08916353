import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { PageQuery, pageOf } from '../../common/pagination/page.dto.js';
import { ChoiceField, PlainTextField } from '../../common/validation/fields.js';
import {
  IMPORT_MODES,
  IMPORT_STATUSES,
  type ImportMode,
  type ImportStatus,
  ON_ERROR,
  type OnError,
} from './jobs/customer-import.entity.js';
import {
  PROBLEM_CODES,
  type ProblemCode,
  SEVERITIES,
  type Severity,
} from './jobs/problem-tally.js';

export class ImportFailure {
  @ApiProperty({ description: 'The code of the reason.', example: 'rows_refused' })
  code: string;

  @ApiProperty({
    description: 'The reason in words.',
    example: '2 rows were refused, so nothing was imported.',
  })
  detail: string;
}

class ImportColumn {
  @ApiProperty({ description: 'The name in the file.', example: 'First Name+Last Name' })
  source: string;

  @ApiProperty({ description: 'The field, id, or metadata and a key.', example: 'name' })
  target: string;
}

class ImportProblemKind {
  @ApiProperty({
    description:
      'A warning is a value that was left out, or a line that is not a customer, such as a total.',
    enum: SEVERITIES,
    example: 'error',
  })
  severity: Severity;

  @ApiProperty({
    description: 'The failed rule, as in `errors[].code` of a problem.',
    enum: PROBLEM_CODES,
    example: 'date',
  })
  code: ProblemCode;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The name in the file; null for the whole record.',
    example: 'dob',
  })
  field: string | null;
}

class ImportProblemSummary extends ImportProblemKind {
  @ApiProperty({ description: 'How often the problem occurs.', type: 'integer', example: 3120 })
  count: number;

  @ApiProperty({ description: 'The first line with the problem.', type: 'integer', example: 7 })
  first_line: number;

  @ApiProperty({
    description: 'The detail of the first occurrence.',
    example: 'must be a calendar date, YYYY-MM-DD',
  })
  example_detail: string;
}

export class ImportResponse {
  @ApiProperty({
    description: 'The id of the import.',
    format: 'uuid',
    example: '01890a5d-ac96-774b-bcce-b302099a8058',
  })
  id: string;

  @ApiProperty({
    description: 'Whether the import is running, or how it ended.',
    enum: IMPORT_STATUSES,
    example: 'running',
  })
  status: ImportStatus;

  @ApiProperty({ description: 'As requested.', enum: IMPORT_MODES, example: 'insert' })
  mode: ImportMode;

  @ApiProperty({ description: 'As requested.', enum: ON_ERROR, example: 'abort' })
  on_error: OnError;

  @ApiProperty({ description: 'Whether it only checked and counted.', example: false })
  dry_run: boolean;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Bytes of the file that have arrived, after decompression.',
    example: 4096,
  })
  received_bytes: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description:
      'The size of the file. Null when it is unknown, such as for a compressed file or a form.',
    example: 4096,
  })
  total_bytes: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Rows that were created, updated, skipped or refused.',
    example: 0,
  })
  processed: number;

  @ApiProperty({ type: 'integer', description: 'Customers that were created.', example: 0 })
  created: number;

  @ApiProperty({ type: 'integer', description: 'Customers that were updated.', example: 0 })
  updated: number;

  @ApiProperty({
    type: 'integer',
    description: 'Valid rows that changed nothing in an upsert.',
    example: 0,
  })
  skipped: number;

  @ApiProperty({ type: 'integer', description: 'Refused rows, see /errors.', example: 0 })
  failed: number;

  @ApiProperty({
    type: 'integer',
    description: 'Left-out values and lines, such as totals.',
    example: 0,
  })
  warnings: number;

  @ApiProperty({ type: [ImportColumn], description: 'The recognised columns.' })
  columns: ImportColumn[];

  @ApiProperty({
    type: [String],
    description: 'Columns of the file that were not imported.',
    example: ['Notes'],
  })
  dropped_columns: string[];

  @ApiProperty({
    type: [ImportProblemSummary],
    description: 'The kinds of problems, most frequent first. All problems are counted.',
  })
  problems: ImportProblemSummary[];

  @ApiProperty({
    description: 'When the import started.',
    format: 'date-time',
    example: '2026-11-20T07:00:00.000Z',
  })
  started_at: string;

  @ApiProperty({
    description: 'When the import ended; null while it runs.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  finished_at: string | null;

  @ApiProperty({
    type: ImportFailure,
    nullable: true,
    description: 'Why the import failed.',
    example: null,
  })
  error: ImportFailure | null;
}

export const ImportPage = pageOf(ImportResponse);

export class ImportErrorResponse extends ImportProblemKind {
  @ApiProperty({
    type: 'integer',
    description:
      'The first line of the record; the header is line 1. For a JSON array, the number of the element. ' +
      'JSON objects on one line get consecutive numbers.',
    example: 7,
  })
  line: number;

  @ApiProperty({
    description: 'The rule, and the parameter that can help. It contains no value of the file.',
    example: 'must be a calendar date, YYYY-MM-DD',
  })
  detail: string;
}

class ImportErrorFilters {
  @ChoiceField(PROBLEM_CODES, { description: 'Only problems with this code.' })
  code?: ProblemCode;

  @PlainTextField(1, 64, { description: 'Only problems of this field, as the file names it.' })
  field?: string;

  @ChoiceField(['json', 'csv'], {
    description: 'csv returns all problems at once, as an attachment. Default: json, in pages.',
  })
  format?: 'json' | 'csv';
}

export class ListImportErrorsQuery extends IntersectionType(ImportErrorFilters, PageQuery) {}

export const ImportErrorPage = pageOf(ImportErrorResponse);
