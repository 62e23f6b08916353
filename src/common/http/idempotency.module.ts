import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Idempotency } from './idempotency.js';
import { IdempotencyPurge } from './idempotency-purge.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRecord])],
  providers: [Idempotency, IdempotencyPurge],
  exports: [Idempotency],
})
export class IdempotencyModule {}
