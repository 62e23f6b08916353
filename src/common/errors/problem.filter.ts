import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UploadIncompleteError } from '../http/upload-errors.js';
import { Log } from '../logging/log.js';
import { FailureReports } from '../reporting/failure-reports.js';
import type { Authenticated, Principal } from '../security/principal.js';
import { traceIdOf } from '../logging/trace-id.js';
import type { AppError } from './app-error.js';
import { noteReason } from './failure-reason.js';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';
import { malformedRequest } from './errors.js';
import { toAppError } from './translate.js';

/** Turns every error into a response. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly failures: FailureReports,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.write(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  write(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = hasClientLeft(thrown, request) ? bodyIncomplete() : toAppError(thrown);
    if (error.status >= 500) {
      noteReason(request, error);
      const level = error.status === 500 ? 'error' : 'warn';
      const ids = { request_id: request.id, trace_id: traceIdOf(request.headers) };
      this.log[level]({ ...ids, err: error.cause ?? error }, error.message);
      this.failures.report(error.cause ?? error, {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        keyId: (request as Authenticated<Principal>).user?.keyId,
      });
    }
    if (reply.sent || reply.raw.headersSent) return;
    void reply
      .code(error.status)
      .headers(error.headers)
      .type(PROBLEM_MEDIA_TYPE)
      .send(Buffer.from(JSON.stringify(toProblem(error, request.url, request.id))));
  }
}

/** Whether the client disconnected while it sent the body. That is no failure of the service. */
function hasClientLeft(thrown: unknown, { raw }: FastifyRequest): boolean {
  return (
    thrown instanceof UploadIncompleteError || (raw.errored !== null && thrown === raw.errored)
  );
}

/** Nobody receives this response. */
function bodyIncomplete(): AppError {
  return malformedRequest('The client disconnected before the end of the body.');
}
