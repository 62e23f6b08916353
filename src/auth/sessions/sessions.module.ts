import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Revocations } from './revocations.js';
import { Session } from './session.entity.js';
import { SessionPurge } from './session-purge.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SharedRevocations } from './shared-revocations.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [JwtModule.register({}), TypeOrmModule.forFeature([Session])],
  controllers: [SessionsController],
  providers: [SessionsService, Tokens, Revocations, SharedRevocations, SessionPurge],
  exports: [SessionsService, Tokens, Revocations],
})
export class SessionsModule {}
