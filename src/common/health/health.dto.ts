import { ApiProperty } from '@nestjs/swagger';
import type { CheckResult, CheckStatus } from './health.service.js';

const STATUSES = ['ok', 'degraded', 'unavailable'] as const satisfies readonly CheckStatus[];

export class LivenessResponse {
  @ApiProperty({ description: 'The process responds.', enum: ['ok'], example: 'ok' })
  status: 'ok';
}

export class ReadinessResponse {
  @ApiProperty({
    description: 'The worst result of the checks. The response is 503 only for `unavailable`.',
    enum: STATUSES,
    example: 'ok',
  })
  status: CheckStatus;

  @ApiProperty({
    description: 'The result of each check by its name.',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: [...STATUSES] },
        reason: { type: 'string', description: 'Why the result is not `ok`.' },
      },
      required: ['status'],
    },
    example: { postgres: { status: 'ok' } },
  })
  checks: Record<string, CheckResult>;
}
