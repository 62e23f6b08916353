import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
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

@Module({
  imports: [ImportModule, TypeOrmModule.forFeature([Customer])],
  controllers: [ImportsController, ExportsController, CustomersController, PersonalDataController],
  providers: [CustomersService, CustomersRepository, PersonalDataService, ExportsService],
})
export class CustomersModule {}
