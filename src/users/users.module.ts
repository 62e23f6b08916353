import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OneTimeCodesModule } from '../one-time-codes/one-time-codes.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { AccountMessageComposer } from './messages/account-message-composer.js';
import { AccountMessages } from './messages/account-messages.js';
import { AccountNotices } from './messages/account-notices.js';
import { MessageLimiter } from './messages/message-limiter.js';
import { OutstandingCredentialsService } from './outstanding-credentials.service.js';
import { CurrentPasswordService } from './current-password.service.js';
import { SetAsideService } from './set-aside.service.js';
import { FirstAdminService } from './first-admin.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { Passwords } from './passwords.js';
import { User } from './user.entity.js';
import { UserUpdateService } from './user-update.service.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [SessionsModule, OneTimeCodesModule, TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [
    UsersService,
    UserUpdateService,
    PasswordChangeService,
    UsersRepository,
    Passwords,
    OutstandingCredentialsService,
    CurrentPasswordService,
    SetAsideService,
    AccountMessages,
    AccountNotices,
    MessageLimiter,
    AccountMessageComposer,
    FirstAdminService,
  ],
  exports: [
    UsersService,
    UsersRepository,
    Passwords,
    OutstandingCredentialsService,
    AccountMessages,
    AccountNotices,
    CurrentPasswordService,
  ],
})
export class UsersModule {
  constructor(housekeeping: Housekeeping, users: UsersRepository) {
    housekeeping.registerWork('users', (limit) => users.deleteNeverActivated(limit));
    housekeeping.registerWork('users', (limit) => users.clearExpiredSetAside(limit));
  }
}
