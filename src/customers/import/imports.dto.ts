import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, FlagParameter } from '../../common/validation/fields.js';
import { pageOf } from '../../common/pagination/page.dto.js';
import {
  IMPORT_MODES,
  IMPORT_STATUSES,
  type ImportMode,
  type ImportStatus,
  ON_ERROR,
  type OnError,
} from './jobs/customer-import.entity.js';

export class ImportQuery {
  @ChoiceField(IMPORT_MODES, {
    description:
      'insert (default) makes new customers; upsert changes the one with the same external_id, ' +
      'else with the same e-mail.',
  })
  mode?: ImportMode;

  @ChoiceField(ON_ERROR, {
    description: 'abort (default) imports all rows or none; skip imports the good ones.',
  })
  on_error?: OnError;

  @FlagParameter({ description: 'true only checks and counts.' })
  dry_run?: 'true' | 'false';
}

class ImportFailure {
  @ApiProperty({ description: 'Names the reason.', example: 'rows_refused' })
  code: string;

  @ApiProperty({
    description: 'The reason in words.',
    example: '2 rows were refused, so nothing was imported.',
  })
  detail: string;
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

  @ApiProperty({ description: 'Bytes of the file that have arrived.', example: 4096 })
  received_bytes: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Null when the client did not say.',
    example: 4096,
  })
  total_bytes: number | null;

  @ApiProperty({ description: 'Rows that are settled, one way or another.', example: 0 })
  processed: number;

  @ApiProperty({ description: 'Customers that were created.', example: 0 })
  created: number;

  @ApiProperty({ description: 'Customers that were updated.', example: 0 })
  updated: number;

  @ApiProperty({ description: 'Valid rows that an upsert had no reason to change.', example: 0 })
  skipped: number;

  @ApiProperty({ description: 'Refused rows; see /errors.', example: 0 })
  failed: number;

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
    description: 'Why it failed.',
    example: null,
  })
  error: ImportFailure | null;
}

export const ImportPage = pageOf(ImportResponse);

export class ImportErrorResponse {
  @ApiProperty({
    description: 'Where the record begins, the header being 1; the number of a JSON element.',
    example: 7,
  })
  line: number;

  @ApiProperty({
    description: 'Names the rule that failed, as in `errors[].code` of a problem.',
    example: 'date',
  })
  code: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As the file names it.',
    example: 'dob',
  })
  field: string | null;

  @ApiProperty({
    description: 'The rule, such as `must not be blank`.',
    example: 'must be a calendar date, YYYY-MM-DD',
  })
  detail: string;
}

export const ImportErrorPage = pageOf(ImportErrorResponse);
