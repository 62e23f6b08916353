import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { validationFailed } from '../common/errors/errors.js';
import { documented } from '../common/openapi/documented.js';
import { isUuid, UUID_DETAIL } from '../common/validation/formats.js';

/** The path parameter `:delivery_id` as a UUID in lower case. */
export const DeliveryId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => {
    const { params } = context.switchToHttp().getRequest<FastifyRequest>();
    const id = (params as { delivery_id: string }).delivery_id.toLowerCase();
    if (isUuid(id)) return id;
    throw validationFailed([{ parameter: 'delivery_id', code: 'format', detail: UUID_DETAIL }]);
  },
  documented({
    parameter: ApiParam({
      name: 'delivery_id',
      description: 'A UUID.',
      schema: { type: 'string', format: 'uuid', example: '01890a5d-ac96-774b-bcce-b302099a8058' },
    }),
  }),
);
