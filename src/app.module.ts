import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AuthModule } from './auth/auth.module.js';
import { AuditModule } from './audit/audit.module.js';
import type { Config } from './common/config/config.js';
import { ConfigModule } from './common/config/config.module.js';
import { DatabaseModule } from './common/database/database.module.js';
import { ProblemFilter } from './common/errors/problem.filter.js';
import { IdempotencyModule } from './common/idempotency/idempotency.module.js';
import { PaginationModule } from './common/pagination/pagination.module.js';
import { DtoPipe } from './common/validation/dto.pipe.js';
import type { Log } from './common/logging/log.js';
import { LoggingModule } from './common/logging/logging.module.js';
import { MessagesModule } from './common/messages/messages.module.js';
import { OperationsModule } from './common/operations.module.js';
import { RedisModule } from './common/redis/redis.module.js';
import type { FailureReports } from './common/reporting/failure-reports.js';
import { SecurityModule } from './common/security/security.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { UsersModule } from './users/users.module.js';

/**
 * Table of contents. A request passes the hooks of `createServer` (limits by address among them),
 * the guards of AuthModule (authentication, limits of the user, permissions, undeclared input), the
 * pipe, the controller, and for anything thrown the filter. There are no interceptors: three of
 * them took as long as all the rest of NestJS, see bench/README.md.
 */
@Module({})
export class AppModule {
  static with(config: Config, log: Log, failures: FailureReports): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(log, failures),
        DatabaseModule,
        RedisModule,
        OperationsModule,
        SecurityModule,
        AuditModule,
        MessagesModule,
        PaginationModule,
        IdempotencyModule,
        AuthModule,
        UsersModule,
        CustomersModule,
      ],
      providers: [
        { provide: APP_PIPE, useClass: DtoPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
