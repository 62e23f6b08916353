import { Inject, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { KeyLookUps } from './api-keys/key-look-ups.js';
import { KeyUses } from './api-keys/key-uses.js';
import { KnownKeys } from './api-keys/known-keys.js';
import { Instance } from './instances/instance.entity.js';
import { InstancesRepository, STOPPED_INSTANCES } from './instances/instances.repository.js';
import { InstancesService } from './instances/instances.service.js';
import { JwksController } from './jwks.controller.js';
import { PostgresRevocations } from './revocation/postgres-revocations.js';
import { RedisRevocations } from './revocation/redis-revocations.js';
import { RevocationReader } from './revocation/revocation-reader.js';
import { Revocations } from './revocation/revocations.js';
import { RevokedSessions } from './revocation/revoked-sessions.js';
import { SlowCommits } from './revocation/slow-commits.js';
import { Session } from './session.entity.js';
import { SessionsController } from './sessions.controller.js';
import { endedSessions, SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session, Instance])],
  controllers: [SessionsController, JwksController],
  providers: [
    SessionsService,
    SessionsRepository,
    Tokens,
    InstancesRepository,
    InstancesService,
    Revocations,
    RevocationReader,
    RevokedSessions,
    SlowCommits,
    RedisRevocations,
    PostgresRevocations,
    ApiKeysRepository,
    KeyLookUps,
    KnownKeys,
    KeyUses,
  ],
  exports: [SessionsService, Tokens, Revocations, ApiKeysRepository, KnownKeys, KeyUses],
})
export class SessionsModule {
  constructor(@Inject(CONFIG) config: Config, housekeeping: Housekeeping) {
    housekeeping.register(endedSessions(config));
    housekeeping.register(STOPPED_INSTANCES);
  }
}
