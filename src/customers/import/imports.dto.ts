import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from '../../common/validation/fields.js';
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

  @ChoiceField(['true', 'false'], { description: 'true only checks and counts.' })
  dry_run?: 'true' | 'false';
}

class ImportFailure {
  @ApiProperty({ example: 'rows_refused' })
  code: string;

  @ApiProperty({ example: '2 rows were refused, so nothing was imported.' })
  detail: string;
}

export class ImportResponse {
  @ApiProperty({ format: 'uuid', example: '01890a5d-ac96-774b-bcce-b302099a8058' })
  id: string;

  @ApiProperty({ enum: IMPORT_STATUSES, example: 'running' })
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

  @ApiProperty({ example: 0 })
  created: number;

  @ApiProperty({ example: 0 })
  updated: number;

  @ApiProperty({ description: 'Valid rows that an upsert had no reason to change.', example: 0 })
  skipped: number;

  @ApiProperty({ description: 'Refused rows; see /errors.', example: 0 })
  failed: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T07:00:00.000Z' })
  started_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
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

  @ApiProperty({ example: 'date' })
  code: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As the file names it.',
    example: 'dob',
  })
  field: string | null;

  @ApiProperty({ example: 'must be a calendar date, YYYY-MM-DD' })
  detail: string;
}

export const ImportErrorPage = pageOf(ImportErrorResponse);
