import type { Config } from '../config/config.js';

const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Link',
  'Content-Disposition',
  'X-Request-Id',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Idempotency-Replayed',
  'WWW-Authenticate',
].join(', ');

const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'X-Request-Id',
  'traceparent',
  'tracestate',
].join(', ');

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': ALLOWED_HEADERS,
  'access-control-max-age': '600',
};

/** A page on this machine, on any port, for development. */
const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?$/;

type Headers = Readonly<Record<string, string>>;
export type CorsHeaders = (origin: string | undefined, method: string) => Headers;

/**
 * The CORS headers for a request from an origin. Listed origins are allowed, and localhost in
 * development. There are no cookies, so credentials are not allowed. Fastify's plugin would add no headers
 * to errors that occur before its hook.
 */
export function corsHeaders({ corsOrigins, nodeEnv }: Config): CorsHeaders | undefined {
  const isDevelopment = nodeEnv === 'development';
  if (corsOrigins.length === 0 && !isDevelopment) return undefined;
  const isOpen = corsOrigins.includes('*');
  const vary: Headers = isOpen ? {} : { vary: 'Origin' };
  const isAllowed = (origin: string) =>
    corsOrigins.includes(origin) || (isDevelopment && LOCALHOST.test(origin));
  return (origin, method) => {
    const listed = origin !== undefined && isAllowed(origin) ? origin : undefined;
    const allowed = isOpen ? '*' : listed;
    if (allowed === undefined) return vary;
    return {
      ...vary,
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': EXPOSED_HEADERS,
      ...(method === 'OPTIONS' && PREFLIGHT),
    };
  };
}

/**
 * The origin in the head of a request that Node's parser refused. The trimming is not part of the pattern,
 * which would take quadratic time for many blanks.
 */
export function originInHead(packet: Buffer): string | undefined {
  const [head = ''] = packet.toString('latin1').split(/\r?\n\r?\n/, 1);
  return /\norigin:([^\r\n]*)/i.exec(head)?.[1]?.trim();
}
