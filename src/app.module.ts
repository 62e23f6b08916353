import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import type { Config } from './common/config/config.js';
import { ProblemFilter } from './common/errors/problem.filter.js';
import type { Log } from './common/logging/log.js';
import type { FailureReports } from './common/reporting/failure-reports.js';
import { DtoPipe } from './common/validation/dto.pipe.js';
import { CustomersModule } from './customers/customers.module.js';
import { EventsModule } from './events/events.module.js';
import { MfaModule } from './mfa/mfa.module.js';
import { ServiceAccountsModule } from './service-accounts/service-accounts.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Table of contents. The order in which a request passes its parts is described in app.ts. */
@Module({})
export class AppModule {
  static with(config: Config, log: Log, failures: FailureReports): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CommonModule.with(config, log, failures),
        AuditModule,
        AuthModule,
        UsersModule,
        MfaModule,
        ServiceAccountsModule,
        CustomersModule,
        EventsModule,
        WebhooksModule,
      ],
      providers: [
        { provide: APP_PIPE, useClass: DtoPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
