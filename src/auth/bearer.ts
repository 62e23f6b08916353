import type { FastifyRequest } from 'fastify';
import { isPlainObject } from '../common/validation/dto.pipe.js';

/**
 * The token of the Authorization header, RFC 6750; the scheme's name in any case. Empty, and so one
 * that fails, when what follows the name is not one token.
 */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  const { authorization = '' } = headers;
  if (!/^bearer\b/i.test(authorization)) return undefined;
  return /^bearer +([^ ]+) *$/i.exec(authorization)?.[1] ?? '';
}

/** A refresh token from the body, which then hides the header; not text is a token that fails. */
export function refreshToken(request: FastifyRequest): string | undefined {
  const { body } = request;
  const inBody = isPlainObject(body) ? (body['refresh_token'] ?? undefined) : undefined;
  if (inBody === undefined) return bearerToken(request);
  return typeof inBody === 'string' ? inBody : '';
}
