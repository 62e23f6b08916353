import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { reasonOf } from '../errors/failure-reason.js';
import type { Caller, Metrics } from '../metrics/metrics.js';
import type { Authenticated, Principal } from '../security/principal.js';
import type { Log } from './log.js';
import { printRequests } from './terminal.js';
import { traceIdOf } from './trace-id.js';

/** The status of a request whose client disconnected before the response began, as in nginx. */
const CLIENT_CLOSED_REQUEST = 499;
const COUNTED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Logs and measures each request, also those that no hook of Fastify sees because no route was found.
 * The line contains no URL, no body and no header.
 */
export class RequestLog {
  private metrics: Metrics | undefined;
  /** The status of each response that was written to its socket directly. */
  private readonly direct = new WeakMap<Socket, number>();

  constructor(private readonly log: Log) {}

  /** Also prints requests on a terminal. Call it when Nest has created the metrics. */
  measure(server: FastifyInstance, metrics: Metrics): void {
    this.metrics = metrics;
    if (this.log.terminal) printRequests(server, this.log.terminal);
  }

  /** Writes the line after the response, or after the client has disconnected. */
  follow(request: FastifyRequest, reply: FastifyReply): void {
    reply.raw.once('close', () => this.write(request, reply));
  }

  /**
   * Notes a response that was written to the socket, without Fastify.
   *
   * @param hasRequest whether {@link follow} has the request, and writes its line
   */
  noteDirect(socket: Socket, requestId: string, status: number, hasRequest: boolean): void {
    if (hasRequest) {
      this.direct.set(socket, status);
      return;
    }
    const unknown = { method: 'unknown', route: 'unmatched' };
    this.metrics?.observeRequest(unknown.method, unknown.route, status, 0);
    this.log.request('info', { request_id: requestId, ...unknown, status, ms: 0, user_id: null });
  }

  private write(request: FastifyRequest, reply: FastifyReply): void {
    const { method, id, routeOptions } = request;
    const { elapsedTime } = reply;
    const isAborted = !reply.raw.writableFinished;
    const status = isAborted ? this.statusOfAborted(request, reply) : reply.statusCode;
    const route = routeOptions.url ?? 'unmatched';
    const { user } = request as Authenticated<Principal>;
    this.metrics?.countCaller(callerOf(user));
    this.metrics?.observeRequest(countedMethod(method), route, status, elapsedTime / 1_000);
    const reason = reasonOf(request);
    if (reason !== undefined) this.metrics?.countUnavailable(reason);
    this.log.request(status >= 500 ? 'error' : 'info', {
      request_id: id,
      trace_id: traceIdOf(request.headers),
      method,
      route,
      status,
      ms: Math.round(elapsedTime * 10) / 10,
      user_id: user?.userId ?? null,
      key_id: user?.keyId,
      reason,
      aborted: isAborted || undefined,
      bytes: Number(reply.getHeader('content-length') ?? 0),
    });
  }

  private statusOfAborted({ raw }: FastifyRequest, reply: FastifyReply): number {
    const direct = this.direct.get(raw.socket);
    if (direct !== undefined) return direct;
    return reply.raw.headersSent ? reply.statusCode : CLIENT_CLOSED_REQUEST;
  }
}

/**
 * The method for the metrics. Every route answers 405 to the other methods that Node parses, such as
 * `PROPFIND`. With their names, a stranger could create thousands of series.
 */
function countedMethod(method: string): string {
  return COUNTED_METHODS.includes(method) ? method : 'other';
}

/** Without a valid token, the caller may be a person or a service. */
function callerOf(user: Principal | undefined): Caller {
  if (!user) return 'unknown';
  return user.keyId === undefined ? 'person' : 'service';
}
