import type { HeaderObject, ReferenceObject } from '@nestjs/swagger';

/** Response headers that more than one route has. */
export const headerComponents = {
  ETag: {
    description: 'The version, for If-Match and If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9]+"$', example: '"1"' },
  },
  Link: {
    description: 'The link to the next page, RFC 8288. Missing on the last page.',
    schema: { type: 'string', example: '</api/v1/customers?cursor=...>; rel="next"' },
  },
  'X-Request-Id': {
    description:
      'The id that the client sent or the service generated. Each log line of the request has it.',
    required: true,
    schema: { type: 'string', example: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  },
  RateLimit: {
    description: 'The remaining quota, and the seconds until the quota is reset.',
    schema: { type: 'string', example: '"read";r=599;t=60' },
  },
  'RateLimit-Policy': {
    description: 'The limit that applied to the request: its quota and its window in seconds.',
    schema: { type: 'string', example: '"read";q=600;w=60' },
  },
  'WWW-Authenticate': {
    description:
      '`Bearer`, with `error="invalid_token"` when a token was sent (RFC 6750), or with ' +
      '`error="insufficient_user_authentication"` when the log-in is too long ago (RFC 9470).',
    required: true,
    schema: { type: 'string', example: 'Bearer error="invalid_token"' },
  },
  'Retry-After': {
    description: 'Seconds to wait before a retry.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$', example: '2' },
  },
  Allow: {
    description: 'The methods of the path, with `method_not_allowed`.',
    schema: { type: 'string', example: 'GET, HEAD, OPTIONS, POST' },
  },
  'Accept-Encoding': {
    description:
      'The encodings that the route accepts, if it does not accept the Content-Encoding of the body.',
    schema: { type: 'string', example: 'identity' },
  },
} satisfies Record<string, HeaderObject>;

type HeaderName = keyof typeof headerComponents;

export function headers(...names: readonly HeaderName[]): Record<string, ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers of every response, with those of limits if the route has a limit. */
export function commonHeaders(): Record<string, ReferenceObject> {
  return headers('X-Request-Id', 'RateLimit', 'RateLimit-Policy');
}
