import type { FastifyRequest } from 'fastify';
import { isPlainObject } from '../common/validation/plain-object.js';

/**
 * The token of the Authorization header, RFC 6750. The case of the scheme does not matter. Returns an
 * empty text, which is not a valid token, unless exactly one token follows the scheme.
 */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  const { authorization = '' } = headers;
  if (!/^bearer\b/i.test(authorization)) return undefined;
  return /^bearer +([^ ]+) *$/i.exec(authorization)?.[1] ?? '';
}

/** The refresh token of the body. A value that is not a string becomes an empty, invalid token. */
export function bodyToken({ body }: FastifyRequest): string | undefined {
  const token = isPlainObject(body) ? (body['refresh_token'] ?? undefined) : undefined;
  return token === undefined || typeof token === 'string' ? token : '';
}

/** The refresh token of the body, or else of the header. */
export function refreshToken(request: FastifyRequest): string | undefined {
  return bodyToken(request) ?? bearerToken(request);
}
