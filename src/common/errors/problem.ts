import { STATUS_CODES } from 'node:http';
import { AppError, type FieldError } from './app-error.js';
import { catalogue, type ErrorCode } from './catalogue.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The body of every error response, RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  instance: string;
  request_id: string;
  errors?: readonly FieldError[];
}

/** @param url the request target. The query is left out, because it may contain secrets. */
export function toProblem(error: AppError, url: string, requestId: string): Problem {
  const { title, status } = catalogue[error.code];
  return {
    type: `/docs/errors#${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    instance: asReference(url),
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}

/** The path as a valid URI reference (RFC 3986), even if the client sent invalid bytes. */
function asReference(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path.replace(/%(?![0-9a-f]{2})|[^\x21-\x7e]|["<>\\^`{|}]/gi, encodeURIComponent);
}

/** A complete HTTP/1.1 response, to be written to a socket. @param url empty when it is unknown */
export function rawProblemResponse(
  error: AppError,
  url: string,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): string {
  const body = JSON.stringify(toProblem(error, url, requestId));
  const all = {
    ...headers,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  };
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
