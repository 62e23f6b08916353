import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { UndeclaredInputGuard } from '../common/validation/undeclared-input.guard.js';
import { UsersModule } from '../users/users.module.js';
import { ActivationController } from './activation/activation.controller.js';
import { ActivationService } from './activation/activation.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { AccessTokenGuard } from './guards/access-token.guard.js';
import { AuthenticationGuard } from './guards/authentication.guard.js';
import { PermissionsGuard } from './guards/permissions.guard.js';
import { RateLimitGuard } from './guards/rate-limit.guard.js';
import { AnyTokenGuard, RefreshTokenGuard } from './guards/refresh-token.guard.js';
import { LoginAttempts } from './login-attempts.js';
import { OneTimeCodesModule } from '../one-time-codes/one-time-codes.module.js';
import { PasswordResetController } from './password-reset/password-reset.controller.js';
import { PasswordResetService } from './password-reset/password-reset.service.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccessTokenStrategy } from './strategies/access-token.strategy.js';
import { RefreshTokenStrategy } from './strategies/refresh-token.strategy.js';

@Module({
  imports: [PassportModule, SessionsModule, OneTimeCodesModule, UsersModule],
  controllers: [AuthController, ActivationController, PasswordResetController],
  providers: [
    AuthService,
    ActivationService,
    PasswordResetService,
    LoginAttempts,
    AccessTokenStrategy,
    RefreshTokenStrategy,
    AccessTokenGuard,
    RefreshTokenGuard,
    AnyTokenGuard,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: PermissionsGuard },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard }, // here, to come after the others
  ],
})
export class AuthModule {}
