import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { documented } from '../common/openapi/documented.js';
import { checkedId, pathId } from '../common/security/decorators.js';

/** The path parameter `:id` as a UUID in lower case: the account. */
export const ServiceAccountId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    return checkedId(pathId(context.switchToHttp().getRequest<FastifyRequest>()));
  },
  documented({
    parameter: ApiParam({
      name: 'id',
      description: 'The UUID of the service account.',
      schema: { type: 'string', format: 'uuid', example: '01890a5d-b5a1-7c9d-8e2f-3a4b5c6d7e8f' },
    }),
  }),
);

/** The path parameter `:key_id` as a UUID in lower case. */
export const KeyId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    const { params } = context.switchToHttp().getRequest<FastifyRequest>();
    return checkedId((params as { key_id?: string }).key_id?.toLowerCase() ?? '', 'key_id');
  },
  documented({
    parameter: ApiParam({
      name: 'key_id',
      description: 'The UUID of the key.',
      schema: { type: 'string', format: 'uuid', example: '01890a5d-c7f2-7d11-8e0a-6b5c4d3e2f1a' },
    }),
  }),
);
