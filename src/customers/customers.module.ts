import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BatchController } from './batch/batch.controller.js';
import { BatchService } from './batch/batch.service.js';
import { UpsertController } from './upsert/upsert.controller.js';
import { UpsertService } from './upsert/upsert.service.js';
import { Customer } from './customer.entity.js';
import { CustomersController } from './customers.controller.js';
import { CustomersRepository } from './customers.repository.js';
import { CustomersService } from './customers.service.js';
import { ExportsController } from './export/exports.controller.js';
import { ExportsService } from './export/exports.service.js';
import { ImportModule } from './import/import.module.js';
import { ImportsController } from './import/imports.controller.js';
import { PersonalDataController } from './personal-data/personal-data.controller.js';
import { PersonalDataService } from './personal-data/personal-data.service.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { StatisticsService } from './statistics/statistics.service.js';

@Module({
  imports: [ImportModule, TypeOrmModule.forFeature([Customer])],
  controllers: [
    ImportsController,
    ExportsController,
    BatchController,
    StatisticsController,
    UpsertController,
    CustomersController,
    PersonalDataController,
  ],
  providers: [
    CustomersService,
    CustomersRepository,
    PersonalDataService,
    ExportsService,
    BatchService,
    UpsertService,
    StatisticsService,
  ],
  exports: [CustomersRepository],
})
export class CustomersModule {}
