import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { validationFailed } from '../errors/errors.js';
import type { IdempotentRequest } from './idempotency.js';
import type { Authenticated, Principal } from '../security/principal.js';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
export const IDEMPOTENCY_REPLAYED = 'Idempotency-Replayed';

/** The request when it carries an `Idempotency-Key`, else undefined. Goes with `isIdempotent` of Operation. */
export const Idempotent = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const http = context.switchToHttp();
    const { headers, user, method, url, body } = http.getRequest<Authenticated<Principal>>();
    const key = headers['idempotency-key'];
    if (key === undefined || !user) return undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
      const detail = 'must be 1 to 255 visible ASCII characters';
      throw validationFailed([{ header: IDEMPOTENCY_KEY, code: 'format', detail }]);
    }
    return {
      userId: user.userId,
      key,
      content: `${method} ${url.split('?', 1)[0]} ${JSON.stringify(body)}`,
      onReplay: () => void http.getResponse<FastifyReply>().header(IDEMPOTENCY_REPLAYED, 'true'),
    };
  },
);
