import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Customer } from './customer.entity.js';
import { CustomersController } from './customers.controller.js';
import { CustomersQueries } from './customers.queries.js';
import { CustomersService } from './customers.service.js';
import { PersonalDataController } from './personal-data/personal-data.controller.js';
import { PersonalDataService } from './personal-data/personal-data.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Customer])],
  controllers: [CustomersController, PersonalDataController],
  providers: [CustomersService, CustomersQueries, PersonalDataService],
})
export class CustomersModule {}
