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

/** @param url the request target; the query is left out, since it may hold what nobody should log. */
export function toProblem(error: AppError, url: string, requestId: string): Problem {
  const { title, status } = catalogue[error.code];
  return {
    type: `/docs/errors#${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    instance: url.split('?', 1)[0] ?? '',
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}

/** A whole HTTP/1.1 response for a connection whose request never became one. */
export function rawProblemResponse(error: AppError, requestId: string): string {
  const body = JSON.stringify(toProblem(error, '', requestId));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
