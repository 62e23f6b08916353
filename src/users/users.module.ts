import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OneTimeCodesModule } from '../one-time-codes/one-time-codes.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccountMessages } from './messages/account-messages.js';
import { FirstAdmin } from './first-admin.js';
import { OwnPassword } from './own-password.service.js';
import { Passwords } from './passwords.js';
import { UserChanges } from './user-changes.service.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersQueries } from './users.queries.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [SessionsModule, OneTimeCodesModule, TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [
    UsersService,
    UserChanges,
    OwnPassword,
    UsersQueries,
    Passwords,
    AccountMessages,
    FirstAdmin,
  ],
  exports: [UsersService, UsersQueries, Passwords, AccountMessages],
})
export class UsersModule {}
