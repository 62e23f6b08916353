import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Headers, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { CONFIG, type Config } from '../config/config.js';
import { unauthenticated } from '../errors/errors.js';
import { Operation } from '../openapi/operation.js';
import { Public } from '../security/decorators.js';
import { Metrics } from './metrics.js';

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiSecurity({})
  @ApiBearerAuth()
  @Operation({
    summary: 'Read the metrics',
    description:
      'In the text format of Prometheus. If METRICS_TOKEN is set, send it as Bearer. In production ' +
      'the main port serves metrics only with this token.',
    content: {
      'text/plain': { schema: { type: 'string', example: 'process_cpu_seconds_total 1' } },
    },
    errors: ['unauthenticated', 'not_found'],
  })
  readMetrics(@Headers('authorization') authorization: string | undefined): Promise<string> {
    if (!this.isOpen() && !this.holdsToken(authorization)) throw unauthenticated();
    return this.metrics.registry.metrics();
  }

  /** Whether no token is needed: the operations port is private, the main port in production is not. */
  private isOpen(): boolean {
    const { opsPort, metricsToken, isProduction } = this.config;
    return metricsToken === undefined && (opsPort !== undefined || !isProduction);
  }

  private holdsToken(authorization = ''): boolean {
    const expected = Buffer.from(`Bearer ${this.config.metricsToken ?? ''}`);
    const given = Buffer.from(authorization.replace(/^bearer /i, 'Bearer '));
    return (
      this.config.metricsToken !== undefined &&
      given.length === expected.length &&
      timingSafeEqual(given, expected)
    );
  }
}
