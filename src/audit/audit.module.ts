import { Global, Inject, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '../common/config/config.js';
import { Housekeeping } from '../common/database/housekeeping.js';
import { AuditController } from './audit.controller.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditEventsRepository, expiredEvents } from './audit-events.repository.js';
import { AuditedStatement } from './audited-statement.js';
import { RefusedRequests } from './refused-requests.js';
import { ChangeFeedRepository } from './change-feed.repository.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  controllers: [AuditController],
  providers: [AuditEventsRepository, AuditedStatement, ChangeFeedRepository, RefusedRequests],
  exports: [AuditEventsRepository, AuditedStatement, ChangeFeedRepository, RefusedRequests],
})
export class AuditModule {
  constructor(@Inject(CONFIG) { auditRetention }: Config, housekeeping: Housekeeping) {
    if (auditRetention > 0) housekeeping.register(expiredEvents(auditRetention));
  }
}
