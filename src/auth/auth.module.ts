import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../common/database/housekeeping.js';
import { UndeclaredInputGuard } from '../common/validation/undeclared-input.guard.js';
import { MfaModule } from '../mfa/mfa.module.js';
import { UsersModule } from '../users/users.module.js';
import { ActivationController } from './activation/activation.controller.js';
import { ActivationService } from './activation/activation.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { AccessTokenGuard } from './guards/access-token.guard.js';
import { ApiKeyGuard } from './guards/api-key.guard.js';
import { AuthenticationGuard } from './guards/authentication.guard.js';
import { PermissionsGuard } from './guards/permissions.guard.js';
import { RateLimitGuard } from '../common/rate-limits/rate-limit.guard.js';
import { AnyTokenGuard } from './guards/any-token.guard.js';
import { RefreshTokenGuard } from './guards/refresh-token.guard.js';
import { KnownAddress } from './login-attempts/known-address.entity.js';
import {
  FORGOTTEN_ADDRESSES,
  KnownAddressesRepository,
} from './login-attempts/known-addresses.repository.js';
import { LoginAttempt } from './login-attempts/login-attempt.entity.js';
import {
  IDLE_ATTEMPTS,
  LoginAttemptsRepository,
} from './login-attempts/login-attempts.repository.js';
import { LoginAttemptsService } from './login-attempts/login-attempts.service.js';
import { OneTimeCodesModule } from '../one-time-codes/one-time-codes.module.js';
import { PasswordResetController } from './password-reset/password-reset.controller.js';
import { PasswordResetService } from './password-reset/password-reset.service.js';
import { RegistrationController } from './registration/registration.controller.js';
import { RegistrationService } from './registration/registration.service.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { StepUpController } from './step-up/step-up.controller.js';
import { StepUpService } from './step-up/step-up.service.js';
import { AccessTokenStrategy } from './strategies/access-token.strategy.js';
import { RefreshTokenStrategy } from './strategies/refresh-token.strategy.js';

@Module({
  imports: [
    PassportModule,
    SessionsModule,
    OneTimeCodesModule,
    UsersModule,
    MfaModule,
    TypeOrmModule.forFeature([LoginAttempt, KnownAddress]),
  ],
  controllers: [
    RegistrationController,
    AuthController,
    ActivationController,
    PasswordResetController,
    StepUpController,
  ],
  providers: [
    RegistrationService,
    AuthService,
    ActivationService,
    PasswordResetService,
    StepUpService,
    LoginAttemptsRepository,
    KnownAddressesRepository,
    LoginAttemptsService,
    AccessTokenStrategy,
    RefreshTokenStrategy,
    AccessTokenGuard,
    RefreshTokenGuard,
    AnyTokenGuard,
    ApiKeyGuard,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: PermissionsGuard },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard }, // after the others, in this order
  ],
})
export class AuthModule {
  constructor(housekeeping: Housekeeping) {
    housekeeping.register(IDLE_ATTEMPTS);
    housekeeping.register(FORGOTTEN_ADDRESSES);
  }
}
