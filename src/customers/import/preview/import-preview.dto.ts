import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { NumberParameter } from '../../../common/validation/fields.js';
import { CUSTOMER_FIELDS } from '../../customer-fields.js';
import { CustomerResponse } from '../../customers.dto.js';
import type { MetadataPatch } from '../../metadata.js';
import { ReadingQuery } from '../import-query.dto.js';
import { ImportErrorResponse, ImportFailure } from '../imports.dto.js';

const MAXIMUM_ROWS = 50;
export const DEFAULT_ROWS = 5;

export class ImportPreviewQuery extends ReadingQuery {
  @NumberParameter(MAXIMUM_ROWS, {
    description: `How many rows to show. Default: ${DEFAULT_ROWS}.`,
  })
  rows?: number;
}

class ImportPreviewFormat {
  @ApiProperty({ description: 'The media type of the format.', example: 'text/csv' })
  media_type: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'comma, semicolon, tab, pipe, or the character that the file itself declares. Null for JSON and ' +
      'without a header.',
    example: 'comma',
  })
  delimiter: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The encoding of the text; null when nothing could be read.',
    example: 'utf-8',
  })
  charset: string | null;
}

export class ImportPreviewColumn {
  @ApiProperty({ description: 'The name in the file.', example: 'First Name' })
  source: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The field, id, or metadata and a key. Several columns with one target are joined. Null when ' +
      'the column is unknown or dropped.',
    example: 'name',
  })
  target: string | null;
}

class ImportPreviewCustomer extends PartialType(
  PickType(CustomerResponse, [
    'external_id',
    'name',
    'email',
    'dob',
    'country',
    'language',
    'phone',
  ]),
) {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    nullable: true,
    ...CUSTOMER_FIELDS.metadata.schema,
  })
  metadata?: MetadataPatch | null;
}

export class ImportPreviewRow {
  @ApiProperty({
    type: 'integer',
    description: 'The line, or the number of the element, as in the errors of an import.',
    example: 2,
  })
  line: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', nullable: true },
    description:
      'The texts of the cells, in the order of `columns`. Null where the row has no such cell, and ' +
      'when the row cannot be read.',
    example: ['Ada'],
  })
  cells: (string | null)[];

  @ApiProperty({
    type: ImportPreviewCustomer,
    nullable: true,
    description:
      'The values that the import would store, without the fields that the row leaves unset. Null ' +
      'when the row or the file would be refused.',
    example: { name: 'Ada' },
  })
  customer: ImportPreviewCustomer | null;
}

export class ImportPreviewResponse {
  @ApiProperty({ type: ImportPreviewFormat, description: 'How the file is read.' })
  format: ImportPreviewFormat;

  @ApiProperty({
    type: [ImportPreviewColumn],
    description:
      'The named columns in the order of the file, at most 2,000. In JSON: the members of the shown rows.',
  })
  columns: ImportPreviewColumn[];

  @ApiProperty({
    type: [String],
    description: 'Columns of the file that would not be imported.',
    example: ['Notes'],
  })
  dropped_columns: string[];

  @ApiProperty({ type: [ImportPreviewRow], description: 'The first rows.' })
  rows: ImportPreviewRow[];

  @ApiProperty({
    type: [ImportErrorResponse],
    description: 'The problems of the columns and of the shown rows, at most 200.',
  })
  problems: ImportErrorResponse[];

  @ApiProperty({
    type: ImportFailure,
    nullable: true,
    description: 'Why an import of the file would fail, whatever its other rows contain.',
    example: null,
  })
  error: ImportFailure | null;
}
