import type { FastifyInstance } from 'fastify';
import { reasonOf } from '../errors/failure-reason.js';
import type { Caller, Metrics } from '../metrics/metrics.js';
import type { Authenticated, Principal } from '../security/principal.js';
import type { Log } from './log.js';
import { traceIdOf } from './trace-id.js';
import { printRequests } from './terminal.js';

/** Logs and measures each request. The line contains no URL, no body and no header. */
export function observeRequests(server: FastifyInstance, log: Log, metrics: Metrics): void {
  if (log.terminal) printRequests(server, log.terminal);
  server.addHook('onResponse', (request, reply, done) => {
    const { method, id, routeOptions } = request;
    const { elapsedTime, statusCode: status } = reply;
    const route = routeOptions.url ?? 'unmatched';
    const { user } = request as Authenticated<Principal>;
    metrics.countCaller(callerOf(user));
    metrics.observeRequest(method, route, status, elapsedTime / 1_000);
    const reason = reasonOf(request);
    if (reason !== undefined) metrics.countUnavailable(reason);
    log.request(status >= 500 ? 'error' : 'info', {
      request_id: id,
      trace_id: traceIdOf(request.headers),
      method,
      route,
      status,
      ms: Math.round(elapsedTime * 10) / 10,
      user_id: user?.userId,
      key_id: user?.keyId,
      reason,
      bytes: Number(reply.getHeader('content-length') ?? 0),
    });
    done();
  });
}

/** Without a valid token, the caller may be a person or a service. */
function callerOf(user: Principal | undefined): Caller {
  if (!user) return 'unknown';
  return user.keyId === undefined ? 'person' : 'service';
}
