import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Bulkheads } from './bulkheads/bulkheads.js';
import { CONFIG, type Config } from './config/config.js';
import { BulkPool } from './database/bulk-pool.js';
import { CaseFolding } from './database/case-folding.js';
import { NamedConnections } from './database/named-connections.js';
import { dataSourceOptions } from './database/data-source.js';
import { DatabaseClock } from './database/database-clock.js';
import { Housekeeping } from './database/housekeeping.js';
import { PoolMetrics } from './database/pool-metrics.js';
import { warnOfMissingLimits } from './database/start-parameters.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { PostgresCheck } from './health/postgres-check.js';
import { IdempotencyRecord } from './idempotency/idempotency-record.entity.js';
import { Idempotency } from './idempotency/idempotency.js';
import {
  EXPIRED_ANSWERS,
  IdempotencyRecordsRepository,
} from './idempotency/idempotency-records.repository.js';
import { IdleMemory } from './lifecycle/idle-memory.js';
import { Log } from './logging/log.js';
import { statementLog } from './logging/statement-log.js';
import { Messenger } from './messages/messenger.js';
import { OutboxMessage } from './messages/outbox-message.entity.js';
import { OutboxMessagesRepository } from './messages/outbox-messages.repository.js';
import { OutboxWorker } from './messages/outbox-worker.js';
import { Outbox } from './messages/outbox.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { PublishedWebhooks } from './openapi/published-webhooks.js';
import { Cursors } from './pagination/cursors.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';
import { Redis } from './redis/redis.js';
import { FailureReports } from './reporting/failure-reports.js';
import { Encryption } from './security/encryption.js';
import { KeyedHashes } from './security/keyed-hashes.js';

/** The providers that every feature may inject. */
const SHARED = [
  BulkPool,
  Bulkheads,
  CaseFolding,
  NamedConnections,
  Cursors,
  DatabaseClock,
  Encryption,
  HealthService,
  Housekeeping,
  Idempotency,
  IdempotencyRecordsRepository,
  KeyedHashes,
  Messenger,
  Metrics,
  Outbox,
  PublishedWebhooks,
  RateLimiter,
  Redis,
];

/**
 * The global module of everything below the features. It knows no feature: a feature registers its health
 * checks, metrics, housekeeping rules and composers of messages.
 */
@Global()
@Module({})
export class CommonModule implements OnApplicationBootstrap {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    private readonly log: Log,
    housekeeping: Housekeeping,
  ) {
    housekeeping.register(EXPIRED_ANSWERS);
  }

  async onApplicationBootstrap(): Promise<void> {
    await warnOfMissingLimits(this.dataSource, this.config, this.log);
  }

  /** @param log created before the application, like `failures`, so that both cover its start */
  static with(config: Config, log: Log, failures: FailureReports): DynamicModule {
    return {
      module: CommonModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(config),
          ...statementLog(config, log),
          autoLoadEntities: true,
          retryAttempts: 0, // migrate() has already waited for the database
        }),
        TypeOrmModule.forFeature([IdempotencyRecord, OutboxMessage]),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Log, useValue: log },
        { provide: FailureReports, useValue: failures },
        ...SHARED,
        IdleMemory,
        OutboxMessagesRepository,
        OutboxWorker,
        PoolMetrics,
        PostgresCheck,
      ],
      exports: [CONFIG, Log, FailureReports, ...SHARED],
    };
  }
}
