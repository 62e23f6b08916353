import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { malformedRequest } from '../errors/errors.js';
import { rawProblemResponse } from '../errors/problem.js';
import type { ProblemFilter } from '../errors/problem.filter.js';
import { toAppError } from '../errors/translate.js';
import { earlyRefusal, URL_LIMIT } from './early-refusal.js';
import { parseJsonBody, parseOptionalBody } from './json-body.js';
import { hasBody, limitBodies } from './body-limits.js';
import { API_PREFIX } from './prefix.js';
import { addResponseHeaders } from './response-headers.js';
import { securityHeaders } from './security-headers.js';

/** Bytes. */
const BODY_LIMIT = 64 * 1024;
const HEADERS_LIMIT = 16 * 1024;

/** Milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const KEEP_ALIVE_TIMEOUT = 65_000;

function noSchemas(): never {
  throw new Error('DTOs describe and validate; a route has no schema of Fastify');
}

/** Fastify would load its own otherwise, a megabyte of code. */
const NO_COMPILERS = { buildValidator: noSchemas, buildSerializer: noSchemas };

/** Fastify with the limits and timeouts of the contract. Errors before any route go to the filter. */
export function createServer(config: Config, filter: ProblemFilter): FastifyInstance {
  const headersOf = securityHeaders(config);
  const server = fastify({
    logger: false, // see observeRequests
    bodyLimit: BODY_LIMIT,
    requestTimeout: 0, // Node knows one for all routes; see limitBodies
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // a request that arrives while the service stops is answered
    trustProxy: trustedProxies(config),
    genReqId: requestId,
    http: {
      headersTimeout: HEADERS_TIMEOUT,
      maxHeaderSize: HEADERS_LIMIT,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: false, // Node would answer without a body; see earlyRefusal
    },
    schemaController: { compilersFactory: NO_COMPILERS },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: URL_LIMIT },
    frameworkErrors: (error, request, reply) => {
      prepare(headersOf, request, reply);
      filter.write(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(headersOf, error, socket),
  });
  server.server.maxConnections = config.maxConnections;
  limitBodies(server, (socket) => {
    const error = Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    answerBrokenRequest(headersOf, error, socket);
  });
  addResponseHeaders(server);
  parseBodies(server);
  server.addHook('onRequest', (request, reply, done) => {
    prepare(headersOf, request, reply);
    done(earlyRefusal(request.raw));
  });
  // Ignores `Expect`, as RFC 9110 section 10.1.1 allows. Node's own 417 would have no body.
  server.server.on('checkExpectation', (request, response) => server.routing(request, response));
  return server;
}

/** Every body is JSON, except on routes with parsers of their own. */
function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const isOptional = 'bodyIsOptional' in request.routeOptions.config;
      const parse = isOptional ? parseOptionalBody : parseJsonBody;
      done(null, parse(body as Buffer, request.headers['content-type'], request.method));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** The nearest proxies by their number, or those of a network. */
function trustedProxies({
  trustProxy,
}: Config): string[] | ((address: string, hop: number) => boolean) {
  return typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy;
}

/** The client's id when it is harmless, so that one request can be followed through many services. */
function requestId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.-]{1,128}$/.test(sent) ? sent : randomUUID();
}

function prepare(headersOf: HeadersOf, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id);
  void reply.headers(headersOf(request.url));
  // An empty body is no body, whatever its type.
  if (!hasBody(request)) delete request.headers['content-type'];
}

type HeadersOf = ReturnType<typeof securityHeaders>;

/** Node's HTTP parser failed, or the client was too slow: there is a socket, but no request. */
function answerBrokenRequest(
  headersOf: HeadersOf,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const hasStarted = (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage;
  if (hasStarted?.headersSent) {
    socket.destroy(error);
    return;
  }
  const known = toAppError(error);
  const problem = known.status === 500 ? malformedRequest('The request is not valid HTTP.') : known;
  socket.end(rawProblemResponse(problem, randomUUID(), headersOf(`/${API_PREFIX}`)));
}
