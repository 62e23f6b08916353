import { Controller, Get, Head, Query, type StreamableFile } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { Streamed } from '../../common/http/upload.js';
import { CurrentUser, Permission } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { EXAMPLE_FIELDS } from '../customer-fields.js';
import { EXAMPLE_ID } from '../customers.dto.js';
import { ExportQuery } from './exports.dto.js';
import { ExportsService } from './exports.service.js';

const TEXT = { schema: { type: 'string' } } as const;

const ROW = {
  type: 'object',
  additionalProperties: true,
  example: {
    id: EXAMPLE_ID,
    ...EXAMPLE_FIELDS,
    created_at: '2026-11-20T07:00:00.000Z',
    updated_at: '2026-11-20T07:00:00.000Z',
    version: 1,
  },
} as const;

@ApiTags('customers')
@Controller('customers/export')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  /** Stands before GET, whose HEAD would run the whole export. */
  @Head()
  @ApiExcludeEndpoint()
  @Permission('customers:read')
  head(@CurrentUser() principal: Principal, @Query() query: ExportQuery): StreamableFile {
    return this.exports.head(principal, query);
  }

  @Get()
  @Permission('customers:read')
  @Streamed()
  @Operation({
    summary: 'Export customers as CSV, JSON or NDJSON',
    description:
      'Streamed in the order of creation, with all fields. An upsert by import finds each customer ' +
      'by its id, so an export can be edited and imported again. A customer that ' +
      'changes during the export appears as it was before or after the change. CSV is safe for ' +
      "spreadsheets: a ' precedes each value that they would take for a formula, and the import " +
      'removes it. An account may run two exports at the same time.',
    content: {
      'text/csv': TEXT,
      'application/x-ndjson': TEXT,
      // As text too: some generators read only the JSON type of an answer.
      'application/json': {
        schema: { oneOf: [{ type: 'array', items: ROW }, TEXT.schema], example: [ROW.example] },
      },
    },
    headers: {
      'Content-Disposition': {
        description: 'attachment, with a file name.',
        schema: { type: 'string', example: 'attachment; filename="customers.csv"' },
      },
    },
  })
  exportCustomers(
    @CurrentUser() principal: Principal,
    @Query() query: ExportQuery,
  ): Promise<StreamableFile> {
    return this.exports.export(principal, query);
  }
}
