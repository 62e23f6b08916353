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

/** The refresh token of the body, or else of the header. A token that is no text fails. */
export function refreshToken(request: FastifyRequest): string | undefined {
  const { body } = request;
  const inBody = isPlainObject(body) ? (body['refresh_token'] ?? undefined) : undefined;
  if (inBody === undefined) return bearerToken(request);
  return typeof inBody === 'string' ? inBody : '';
}
