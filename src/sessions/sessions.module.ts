import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JwksController } from './jwks.controller.js';
import { PostgresRevocations } from './revocation/postgres-revocations.js';
import { RedisRevocations } from './revocation/redis-revocations.js';
import { RevocationReader } from './revocation/revocation-reader.js';
import { Revocations } from './revocation/revocations.js';
import { Session } from './session.entity.js';
import { SessionPurge } from './session-purge.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session])],
  controllers: [SessionsController, JwksController],
  providers: [
    SessionsService,
    Tokens,
    Revocations,
    RevocationReader,
    RedisRevocations,
    PostgresRevocations,
    SessionPurge,
  ],
  exports: [SessionsService, Tokens, Revocations],
})
export class SessionsModule {}
