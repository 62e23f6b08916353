import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../../common/database/housekeeping.js';
import { ImportsService } from './imports.service.js';
import { CustomerImport } from './jobs/customer-import.entity.js';
import { CustomerImportError } from './jobs/customer-import-error.entity.js';
import { CustomerImportErrorsRepository } from './jobs/customer-import-errors.repository.js';
import {
  CustomerImportsRepository,
  EXPIRED_ERRORS,
  EXPIRED_IMPORTS,
} from './jobs/customer-imports.repository.js';
import { ImportSweeper } from './jobs/import-sweeper.js';
import { CustomerImportRow } from './merging/customer-import-row.entity.js';
import { CustomerImportRowsRepository } from './merging/customer-import-rows.repository.js';
import { ImportRunner } from './merging/import-runner.js';
import { ImportPreviewService } from './preview/import-preview.service.js';

/** Everything but the controller. */
@Module({
  imports: [TypeOrmModule.forFeature([CustomerImport, CustomerImportError, CustomerImportRow])],
  providers: [
    ImportsService,
    ImportPreviewService,
    ImportSweeper,
    ImportRunner,
    CustomerImportsRepository,
    CustomerImportErrorsRepository,
    CustomerImportRowsRepository,
  ],
  exports: [ImportsService, ImportPreviewService],
})
export class ImportModule {
  constructor(housekeeping: Housekeeping) {
    housekeeping.register(EXPIRED_ERRORS);
    housekeeping.register(EXPIRED_IMPORTS);
  }
}
