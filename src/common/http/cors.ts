import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/config.js';

const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Link',
  'X-Request-Id',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Idempotency-Replayed',
  'WWW-Authenticate',
];

const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'X-Request-Id',
];

const PREFLIGHT_SECONDS = 600;

/** A page that is developed on this machine, on any port. */
const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?$/;

/**
 * Lets the pages of the listed origins, and no others, call the API; in development also those of
 * localhost. There are no cookies.
 */
export function enableCors(app: NestFastifyApplication, { corsOrigins, nodeEnv }: Config): void {
  const origins = nodeEnv === 'development' ? [...corsOrigins, LOCALHOST] : corsOrigins;
  if (origins.length === 0) return;
  app.enableCors({
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
    preflightContinue: true, // OPTIONS is answered by its route, with Allow
  });
}
