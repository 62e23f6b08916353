import { Global, Module } from '@nestjs/common';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** What operators watch: health and metrics. Features register their checks and series here. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [HealthService, Metrics],
  exports: [HealthService, Metrics],
})
export class OperationsModule {}
