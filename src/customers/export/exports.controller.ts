import { Controller, Get, Head, Query, type StreamableFile } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { Streamed } from '../../common/http/streamed.js';
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

  /** Must come before GET, because the HEAD route of a GET would run the whole export. */
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
      'Streams all fields in the order of creation, or only the `n` youngest. An import in upsert mode ' +
      'finds each customer by its id, so you can edit an export and import it again. A customer that ' +
      'changes during the export appears as before or as after the change. CSV is safe for ' +
      "spreadsheets: values that look like a formula begin with a ', which the import removes. An " +
      'account may run two exports at the same time.',
    content: {
      'text/csv': TEXT,
      'application/x-ndjson': TEXT,
      // Also as text, because some generators read only the JSON type of a response.
      'application/json': {
        schema: { oneOf: [{ type: 'array', items: ROW }, TEXT.schema], example: [ROW.example] },
      },
    },
    headers: {
      'Content-Disposition': {
        description: 'An attachment with a file name.',
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
