import type { FastifyRequest } from 'fastify';
import type { AppError } from './app-error.js';

type Failed = FastifyRequest & { failureReason?: string };

/** Keeps the reason of a 503 for the log line of the request. */
export function noteReason(request: FastifyRequest, { status, reason = 'other' }: AppError): void {
  if (status === 503) (request as Failed).failureReason = reason;
}

export function reasonOf(request: FastifyRequest): string | undefined {
  return (request as Failed).failureReason;
}
