import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEvent } from './audit-event.entity.js';
import { Audit } from './audit.js';
import { AuditQueries } from './audit.queries.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  providers: [Audit, AuditQueries],
  exports: [Audit, AuditQueries],
})
export class AuditModule {}
