import { Controller, Get, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../security/decorators.js';
import { Operation } from '../openapi/operation.js';
import { LivenessResponse, ReadinessResponse } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Public()
  @Operation({
    summary: 'Check that the process responds',
    description: 'Restart the process if this check fails.',
    returns: LivenessResponse,
    errors: ['not_found'],
  })
  checkLiveness(): LivenessResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @Operation({
    summary: 'Check that the instance can serve requests',
    description: 'Send requests to the instance while this is 200.',
    returns: ReadinessResponse,
    errors: ['not_found'],
  })
  @ApiResponse({
    status: 503,
    description: 'The instance cannot serve requests.',
    type: ReadinessResponse,
  })
  async checkReadiness(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReadinessResponse> {
    const health = await this.health.check();
    if (health.status === 'unavailable') void reply.code(503);
    return health;
  }
}
