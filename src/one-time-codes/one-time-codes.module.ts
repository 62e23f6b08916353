import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../common/database/housekeeping.js';
import { ActivationCodes } from './activation-codes.js';
import { OneTimeCode } from './one-time-code.entity.js';
import { EXPIRED_CODES, OneTimeCodesRepository } from './one-time-codes.repository.js';
import { ResetTokens } from './reset-tokens.js';

@Module({
  imports: [TypeOrmModule.forFeature([OneTimeCode])],
  providers: [OneTimeCodesRepository, ActivationCodes, ResetTokens],
  exports: [OneTimeCodesRepository, ActivationCodes, ResetTokens],
})
export class OneTimeCodesModule {
  constructor(housekeeping: Housekeeping) {
    housekeeping.register(EXPIRED_CODES);
  }
}
