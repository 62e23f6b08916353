import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../common/database/housekeeping.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { FactorCheckService } from './factor-check.service.js';
import { MfaChangesService } from './mfa-changes.service.js';
import { MfaController } from './mfa.controller.js';
import { MfaResetController } from './mfa-reset.controller.js';
import { MfaService } from './mfa.service.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { SecondFactor } from './second-factor.entity.js';
import { ABANDONED_FACTORS, SecondFactorsRepository } from './second-factors.repository.js';
import { SecretsRenewalService } from './secrets-renewal.service.js';

/** The second factor of accounts: authenticator applications and recovery codes. */
@Module({
  imports: [UsersModule, SessionsModule, TypeOrmModule.forFeature([SecondFactor, RecoveryCode])],
  controllers: [MfaController, MfaResetController],
  providers: [
    MfaService,
    MfaChangesService,
    FactorCheckService,
    SecondFactorsRepository,
    RecoveryCodesRepository,
    SecretsRenewalService,
  ],
  exports: [FactorCheckService],
})
export class MfaModule {
  constructor(housekeeping: Housekeeping) {
    housekeeping.register(ABANDONED_FACTORS);
  }
}
