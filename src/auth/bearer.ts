import type { FastifyRequest } from 'fastify';
import { isPlainObject } from '../common/http/validation.pipe.js';

/** The token of the Authorization header, RFC 6750; the scheme's name in any case. */
export function bearerToken(request: FastifyRequest): string | undefined {
  const match = /^bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** Whether the request tried to authenticate at all: what it sent may be unreadable. */
export function hasCredentials(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || bodyToken(request) !== undefined;
}

/** A refresh token from the body, which then hides the header; not text is a token that fails. */
export function refreshToken(request: FastifyRequest): string | undefined {
  const inBody = bodyToken(request);
  if (inBody === undefined) return bearerToken(request);
  return typeof inBody === 'string' ? inBody : '';
}

function bodyToken(request: FastifyRequest): unknown {
  const { body } = request;
  return isPlainObject(body) ? (body['refresh_token'] ?? undefined) : undefined;
}
