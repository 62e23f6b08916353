import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RecoveryCode } from './recovery-code.entity.js';
import { SecondFactor } from './second-factor.entity.js';

/** The second factor of accounts: authenticator applications and recovery codes. */
@Module({
  imports: [TypeOrmModule.forFeature([SecondFactor, RecoveryCode])],
})
export class MfaModule {}
