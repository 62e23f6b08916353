import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { validationFailed } from '../errors/errors.js';
import { pathOf } from '../http/area.js';
import { documented } from '../openapi/documented.js';
import type { Authenticated, Principal } from '../security/principal.js';
import { isPlainObject } from '../validation/plain-object.js';
import type { IdempotentRequest } from './idempotency.js';

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const IDEMPOTENCY_REPLAYED = 'Idempotency-Replayed';

/** Some serializers write the members of an object in another order each time, such as that of Swift. */
function sortedJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) =>
    isPlainObject(value) ? Object.fromEntries(Object.entries(value).sort(byName)) : value,
  );
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** The request when it carries an `Idempotency-Key`, else undefined. */
export const Idempotent = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const http = context.switchToHttp();
    const request = http.getRequest<Authenticated<Principal>>();
    const { headers, user, method, body } = request;
    const key = headers['idempotency-key'];
    if (key === undefined || !user) return undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
      const detail = 'must be 1 to 255 visible ASCII characters';
      throw validationFailed([{ header: IDEMPOTENCY_KEY, code: 'format', detail }]);
    }
    const route = `${method} ${pathOf(request)}`;
    return {
      userId: user.userId,
      key,
      content: `${route} ${sortedJson(body)}`,
      contentAsSent: `${route} ${JSON.stringify(body)}`,
      onReplay: () => void http.getResponse<FastifyReply>().header(IDEMPOTENCY_REPLAYED, 'true'),
    };
  },
  documented({
    parameter: ApiHeader({
      name: IDEMPOTENCY_KEY,
      required: false,
      description:
        'Makes it safe to retry the request: for 24 hours the same key returns the first successful ' +
        'response again, or 404 if an object in it was erased meanwhile. Another request with the key is ' +
        '422. Keys belong to one account.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    }),
    errors: ['not_found', 'idempotency_in_progress', 'idempotency_key_reused'],
    headers: {
      [IDEMPOTENCY_REPLAYED]: {
        description: 'The response is that of an earlier request with the same Idempotency-Key.',
        schema: { type: 'string', pattern: '^true$' },
      },
    },
  }),
);
