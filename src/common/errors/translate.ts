import { HttpException } from '@nestjs/common';
import { databaseError } from '../database/database-errors.js';
import { AppError } from './app-error.js';
import { catalogue, type ErrorCode } from './catalogue.js';

/** Converts anything thrown to the error for the client. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return databaseError(thrown) ?? frameworkError(thrown) ?? internalError(thrown);
}

function internalError(cause: unknown): AppError {
  return new AppError('internal_error', { cause });
}

/** Codes of Fastify and Node whose status alone is not specific enough. */
const BY_CODE: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

const BY_STATUS = new Map<number, ErrorCode>([
  [400, 'malformed_request'],
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [408, 'request_timeout'],
  [413, 'payload_too_large'],
  [414, 'uri_too_long'],
  [415, 'unsupported_media_type'],
  [431, 'headers_too_large'],
  [503, 'unavailable'],
]);

/** An error of Nest, Fastify or Node's HTTP parser. Its message is not sent to the client. */
function frameworkError(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusCode;
  const known = BY_CODE[code ?? ''] ?? BY_STATUS.get(status ?? 0);
  if (!known) return undefined;
  const headers = catalogue[known].status === 503 ? { 'retry-after': '2' } : undefined;
  return new AppError(known, { cause: thrown, headers });
}
