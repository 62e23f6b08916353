import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { unavailable } from '../errors/errors.js';
import { isBrief, isStreamed } from './streamed.js';

/** Milliseconds. */
const BODY_TIMEOUT = 15_000;
/** Longer than BODY_TIMEOUT, so that a late body is 408, an error of the client. */
const HANDLER_TIMEOUT = 20_000;
const LINGER_LIMIT = 5_000;
/** A client that sends or receives nothing of a stream for this time has gone. */
const STALL_LIMIT = 60_000;

/**
 * Limits the time of every request, except on {@link Streamed} routes. Node's own `requestTimeout` must
 * be off, because it would apply to all routes.
 *
 * @param onTimeout answers a request whose body did not arrive in time
 */
export function limitBodies(
  server: FastifyInstance,
  onTimeout: (request: FastifyRequest) => void,
): void {
  server.addHook('onRoute', (route) => {
    if (isStreamed(route.config)) route.bodyLimit = Number.MAX_SAFE_INTEGER;
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!isStreamed(request.routeOptions.config)) limitHandler(reply);
    done();
  });
  server.addHook('preParsing', (request, reply, payload, done) => {
    const { config } = request.routeOptions;
    if (isStreamed(config)) request.raw.setTimeout(STALL_LIMIT, () => request.raw.destroy());
    if (hasBody(request) && (!isStreamed(config) || isBrief(config))) {
      limitTime(payload, () => {
        if (!reply.sent) onTimeout(request);
      });
    }
    done(null, isStreamed(config) ? unread(request) : payload);
  });
  server.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) closeSoon(request);
    done();
  });
}

export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Fastify parses this instead of a streamed body, which the handler reads after the guards. */
function unread({ headers }: FastifyRequest): RequestPayload {
  const nothing: RequestPayload = Readable.from([]);
  nothing.receivedEncodedLength = Number(headers['content-length'] ?? 0);
  return nothing;
}

/** Limits the handler. Fastify's `handlerTimeout` would add a tenth to the cost of each request. */
function limitHandler(reply: FastifyReply): void {
  const timer = setTimeout(() => {
    if (!reply.sent) void reply.send(unavailable(undefined, 'timeout'));
  }, HANDLER_TIMEOUT);
  reply.raw.once('close', () => clearTimeout(timer));
}

function limitTime(payload: Readable, onTimeout: () => void): void {
  const timer = setTimeout(onTimeout, BODY_TIMEOUT);
  const stop = (): void => clearTimeout(timer);
  payload.once('end', stop).once('close', stop);
}

/**
 * Closes the connection after a response that came before the end of the body. Node reads the rest of the
 * body for a limited time, so that the client can read the response. A server that is closing ends the
 * connection at once.
 */
function closeSoon({ raw, server }: FastifyRequest): void {
  const { socket } = raw;
  const timer = setTimeout(() => socket.destroy(), LINGER_LIMIT);
  raw.once('close', () => {
    clearTimeout(timer);
    if (!server.server.listening) socket.end();
  });
}
