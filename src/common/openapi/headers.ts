import type { HeaderObject, ReferenceObject } from '@nestjs/swagger';

/** The headers of answers that more than one route has. */
export const headerComponents = {
  ETag: {
    description: 'For If-Match and If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9]+"$', example: '"1"' },
  },
  Link: {
    description: 'The next page, RFC 8288; missing on the last one.',
    schema: { type: 'string', example: '</api/v1/customers?cursor=...>; rel="next"' },
  },
  'X-Request-Id': {
    description: 'As sent, or made by the service; also on every line of its log.',
    required: true,
    schema: { type: 'string', example: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  },
  RateLimit: {
    description: 'How much of the limit is left, and the seconds until it is full again.',
    schema: { type: 'string', example: '"read";r=599;t=60' },
  },
  'RateLimit-Policy': {
    description: 'The limit that the request counted for: quota and window in seconds.',
    schema: { type: 'string', example: '"read";q=600;w=60' },
  },
  'WWW-Authenticate': {
    description: '`Bearer`, with `error="invalid_token"` when a token was sent (RFC 6750).',
    required: true,
    schema: { type: 'string', example: 'Bearer error="invalid_token"' },
  },
  'Retry-After': {
    description: 'Seconds to wait before a retry.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$', example: '2' },
  },
  'Accept-Encoding': {
    description: '`identity`, when the body was compressed: this route accepts no compression.',
    schema: { type: 'string', example: 'identity' },
  },
} satisfies Record<string, HeaderObject>;

type HeaderName = keyof typeof headerComponents;

export function headers(...names: readonly HeaderName[]): Record<string, ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Of every answer; the limits where the route has any. */
export function commonHeaders(): Record<string, ReferenceObject> {
  return headers('X-Request-Id', 'RateLimit', 'RateLimit-Policy');
}
