import { Controller, Delete, Get, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Operation } from '../../common/openapi/operation.js';
import { type Page, PageQuery } from '../../common/pagination/page.dto.js';
import { Streamed, StreamedBriefly } from '../../common/http/streamed.js';
import { BeginningOf, type Upload, UploadOf } from '../../common/http/upload.js';
import { CurrentUser, Id, Permission } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { ImportQuery } from './import-query.dto.js';
import {
  ImportErrorPage,
  type ImportErrorResponse,
  ImportPage,
  ImportResponse,
  ListImportErrorsQuery,
} from './imports.dto.js';
import { IMPORT_BODY, IMPORT_DESCRIPTION, PREVIEW_DESCRIPTION } from './imports.openapi.js';
import { ImportsService } from './imports.service.js';
import { ImportPreviewQuery, ImportPreviewResponse } from './preview/import-preview.dto.js';
import { ImportPreviewService } from './preview/import-preview.service.js';
import { IMPORT_MEDIA_TYPES } from './reading/media-types.js';

@ApiTags('customers')
@Controller('customers')
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly previews: ImportPreviewService,
  ) {}

  @Post('import')
  @Permission('customers:admin')
  @Streamed()
  @Operation({
    summary: 'Import customers from CSV, JSON or NDJSON',
    description: IMPORT_DESCRIPTION,
    requestBody: IMPORT_BODY,
    status: 202,
    createsIn: '/customers/imports',
    returns: ImportResponse,
    errors: ['not_running'],
  })
  start(
    @CurrentUser() principal: Principal,
    @Query() query: ImportQuery,
    @UploadOf(IMPORT_MEDIA_TYPES) upload: Upload,
  ): Promise<ImportResponse> {
    return this.imports.start(principal, query, upload);
  }

  @Post('import/preview')
  @Permission('customers:admin')
  @StreamedBriefly()
  @Operation({
    summary: 'Preview an import',
    description: PREVIEW_DESCRIPTION,
    requestBody: IMPORT_BODY,
    returns: ImportPreviewResponse,
  })
  preview(
    @Query() query: ImportPreviewQuery,
    @BeginningOf(IMPORT_MEDIA_TYPES) upload: Upload,
  ): Promise<ImportPreviewResponse> {
    return this.previews.preview(query, upload);
  }

  @Get('imports')
  @Permission('customers:admin')
  @Operation({ summary: 'List imports, newest first', returns: ImportPage })
  list(@Query() page: PageQuery): Promise<Page<ImportResponse>> {
    return this.imports.list(page);
  }

  @Get('imports/:id')
  @Permission('customers:admin')
  @Operation({
    summary: 'Read the progress and the result of an import',
    description: 'An import is stored for 30 days after its start.',
    returns: ImportResponse,
    errors: ['not_found'],
  })
  get(@Id() id: string): Promise<ImportResponse> {
    return this.imports.get(id);
  }

  @Get('imports/:id/errors')
  @Permission('customers:admin')
  @Operation({
    summary: 'List the problems of an import, by line',
    description:
      'The service stores at most 10,000 problems of an import, but the import counts all of them by ' +
      'kind. With format=csv the response is one file.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ImportErrorPage) } },
      'text/csv': { schema: { type: 'string' } },
    },
    headers: {
      'Content-Disposition': {
        description: 'With format=csv: an attachment with a file name.',
        schema: { type: 'string', example: 'attachment; filename="import-errors.csv"' },
      },
    },
    errors: ['not_found'],
  })
  @ApiExtraModels(ImportErrorPage)
  listImportErrors(
    @Id() id: string,
    @Query() query: ListImportErrorsQuery,
  ): Promise<Page<ImportErrorResponse> | StreamableFile> {
    return this.imports.errors(id, query);
  }

  @Delete('imports/:id')
  @Permission('customers:admin')
  @Operation({
    summary: 'Cancel an import',
    description:
      'With on_error=abort nothing is imported. With skip the rows that were merged before stay.',
    errors: ['not_found', 'not_running'],
  })
  cancel(@Id() id: string): Promise<void> {
    return this.imports.cancel(id);
  }
}
