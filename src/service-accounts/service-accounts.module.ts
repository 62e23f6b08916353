import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ApiKeyIssuer } from './api-key-issuer.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';

/** API keys of service accounts. The accounts are users of another kind, see `users/`. */
@Module({
  imports: [SessionsModule, UsersModule],
  controllers: [ApiKeysController],
  providers: [ApiKeysService, ApiKeyIssuer],
})
export class ServiceAccountsModule {}
