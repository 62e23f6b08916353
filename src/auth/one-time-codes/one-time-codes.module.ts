import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OneTimeCode } from './one-time-code.entity.js';
import { OneTimeCodes } from './one-time-codes.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([OneTimeCode])],
  providers: [OneTimeCodes],
  exports: [OneTimeCodes],
})
export class OneTimeCodesModule {}
