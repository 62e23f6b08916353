import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomerImport } from './customer-import.entity.js';
import { CustomerImportError } from './customer-import-error.entity.js';
import { CustomerImportRow } from './customer-import-row.entity.js';
import { ImportJobs } from './import-jobs.js';
import { ImportSweeper } from './import-sweeper.js';
import { ImportsService } from './imports.service.js';

/** Without the controller, so that the shell command can have it too. */
@Module({
  imports: [TypeOrmModule.forFeature([CustomerImport, CustomerImportError, CustomerImportRow])],
  providers: [ImportsService, ImportJobs, ImportSweeper],
  exports: [ImportsService],
})
export class ImportModule {}
