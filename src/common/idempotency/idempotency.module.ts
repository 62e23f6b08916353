import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Housekeeping } from '../database/housekeeping.js';
import { Idempotency, KEPT_FOR } from './idempotency.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRecord])],
  providers: [Idempotency],
  exports: [Idempotency],
})
export class IdempotencyModule {
  constructor(housekeeping: Housekeeping) {
    housekeeping.register('idempotency_keys', 'user_id, key', `claimed_at < now() - ${KEPT_FOR}`);
  }
}
