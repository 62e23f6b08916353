import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { toProblem } from '../../common/errors/problem.js';
import type { IdempotentRequest } from '../../common/idempotency/idempotency.js';
import { Idempotent } from '../../common/idempotency/idempotency-key.js';
import { Operation } from '../../common/openapi/operation.js';
import { RateLimitCost } from '../../common/rate-limits/rate-limit.js';
import { CurrentUser, Permission } from '../../common/security/decorators.js';
import type { Principal } from '../../common/security/principal.js';
import { BatchBody, BatchResponse, MAXIMUM_OPERATIONS } from './batch.dto.js';
import { BatchService } from './batch.service.js';
import type { Outcome } from './operation-plans.js';

@ApiTags('customers')
@Controller('customers/batch')
export class BatchController {
  constructor(private readonly batches: BatchService) {}

  @Post()
  @Permission('customers:write')
  @RateLimitCost(costOf)
  @Operation({
    summary: 'Create, change and delete many customers at once',
    description:
      `Executes 1 to ${MAXIMUM_OPERATIONS} operations in order. Each has its own result, and a failed ` +
      'one does not stop the others. With `atomic`, either all are executed or none. The response is ' +
      'then the first failure, and its `errors` name the operation. Each operation counts towards the ' +
      'limit of writes. A batch that exceeds the rest of the limit is answered with 429 and counts ' +
      'nothing. A batch has at most 64 KiB, like every body: 650 bytes for each of 100 operations. ' +
      'POST /customers/import accepts larger files.',
    status: 200,
    returns: BatchResponse,
    errors: [
      'not_found',
      'email_taken',
      'external_id_taken',
      'precondition_failed',
      'precondition_required',
    ],
    examples: {
      body: BatchBody,
      bodies: {
        'one of each': {
          atomic: true,
          operations: [
            { method: 'create', body: { name: 'Alan Turing', dob: '1912-06-23' } },
            { method: 'upsert', external_id: 'C-9001', body: { name: 'Grace Hopper' } },
            { method: 'update', external_id: 'C-9001', body: { metadata: { plan: 'gold' } } },
            { method: 'delete', external_id: 'C-9001' },
          ],
        },
      },
    },
  })
  run(
    @CurrentUser() principal: Principal,
    @Body() body: BatchBody,
    @Idempotent() idempotent: IdempotentRequest | undefined,
    @Req() request: FastifyRequest,
  ): Promise<BatchResponse> {
    return this.batches.run(principal, body, idempotent, (outcome) => toResult(outcome, request));
  }
}

function toResult(outcome: Outcome, { url, id }: FastifyRequest): BatchResponse['results'][number] {
  if (!('error' in outcome)) return outcome;
  return { status: outcome.error.status, problem: toProblem(outcome.error, url, id) };
}

function costOf(body: unknown): number {
  const { operations } = (body ?? {}) as { operations?: unknown };
  return Array.isArray(operations)
    ? Math.min(Math.max(operations.length, 1), MAXIMUM_OPERATIONS)
    : 1;
}
