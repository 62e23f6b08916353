import type { FastifyRequest } from 'fastify';
import { isPlainObject } from '../common/validation/dto.pipe.js';

/**
 * The token of the Authorization header, RFC 6750, with the scheme in any case. An empty text, which
 * fails as a token, when the scheme is not followed by exactly one token.
 */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  const { authorization = '' } = headers;
  if (!/^bearer\b/i.test(authorization)) return undefined;
  return /^bearer +([^ ]+) *$/i.exec(authorization)?.[1] ?? '';
}

/** The refresh token of the body. A token that is no text becomes an empty one, which fails. */
export function bodyToken({ body }: FastifyRequest): string | undefined {
  const token = isPlainObject(body) ? (body['refresh_token'] ?? undefined) : undefined;
  return token === undefined || typeof token === 'string' ? token : '';
}

/** The refresh token of the body, or else of the header. */
export function refreshToken(request: FastifyRequest): string | undefined {
  return bodyToken(request) ?? bearerToken(request);
}
