import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  fastify,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Config } from '../config/config.js';
import { malformedRequest } from '../errors/errors.js';
import { rawProblemResponse } from '../errors/problem.js';
import type { ProblemFilter } from '../errors/problem.filter.js';
import { toAppError } from '../errors/translate.js';
import type { RequestLog } from '../logging/request-log.js';
import { type Area, areaOf } from './area.js';
import { trustedHops } from './client-address.js';
import { hideBrokenContentType } from './content-type.js';
import { corsHeaders, originInHead } from './cors.js';
import { earlyRefusal, URL_LIMIT } from './early-refusal.js';
import { parseJsonBody } from './json-body.js';
import { hasBody, limitBodies } from './body-limits.js';
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

/** Without these, Fastify would load its own compilers, a megabyte of code. */
const NO_COMPILERS = { buildValidator: noSchemas, buildSerializer: noSchemas };

/** Creates Fastify with limits and timeouts. Errors before a route is found also go to the filter. */
export function createServer(
  config: Config,
  filter: ProblemFilter,
  requests: RequestLog,
): FastifyInstance {
  const context = { headersOf: responseHeaders(config), requests };
  const server = fastify(optionsOf(config, filter, context));
  server.server.maxConnections = config.maxConnections;
  limitBodies(server, (request) => {
    const error = Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    answerBrokenRequest(context, error, request.raw.socket, request);
  });
  addResponseHeaders(server, config);
  parseBodies(server);
  server.addHook('onRequest', (request, reply, done) => {
    prepare(context, request, reply);
    const refusal = earlyRefusal(request.raw);
    if (refusal || !isAboutServer(request.raw)) return done(refusal);
    void reply.code(204).header('allow', METHODS).send();
  });
  // Reads the address once. The socket then still knows it after the client has disconnected.
  server.server.on('connection', (socket) => void socket.remoteAddress);
  // Ignores `Expect`, as RFC 9110 section 10.1.1 allows. Node's own 417 would have no body.
  server.server.on('checkExpectation', (request, response) => server.routing(request, response));
  server.server.on('connect', (request, socket) => {
    refuseTunnel(context, request, socket as Socket);
  });
  return server;
}

function optionsOf(
  config: Config,
  filter: ProblemFilter,
  context: ServerContext,
): FastifyHttpOptions<Server> {
  return {
    logger: false, // see RequestLog
    bodyLimit: BODY_LIMIT,
    requestTimeout: 0, // it would apply to all routes; see limitBodies
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // a request that arrives while the service stops is answered
    trustProxy: trustedHops(config),
    genReqId: requestId,
    http: {
      headersTimeout: HEADERS_TIMEOUT,
      maxHeaderSize: HEADERS_LIMIT,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: false, // Node's error would have no body; see earlyRefusal
    },
    schemaController: { compilersFactory: NO_COMPILERS },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: URL_LIMIT },
    frameworkErrors: (error, request, reply) => {
      prepare(context, request, reply);
      filter.write(earlyRefusal(request.raw) ?? error, request, reply); // more specific
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(context, error, socket),
  };
}

/** Parses every body as JSON. A streamed route reads its own body. */
function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer, request.raw));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** The methods of all routes together. */
const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

/** `OPTIONS *` asks about the server as a whole, RFC 9110 section 9.3.7. The router knows only paths. */
function isAboutServer({ method, url }: IncomingMessage): boolean {
  return url === '*' && method === 'OPTIONS';
}

type HeadersOf = (area: Area, origin: string | undefined, method: string) => Headers;
type Headers = Readonly<Record<string, string>>;

/** The headers of every response, including early errors. */
function responseHeaders(config: Config): HeadersOf {
  const security = securityHeaders(config);
  const cors = corsHeaders(config);
  if (!cors) return (area) => security[area];
  return (area, origin, method) => ({ ...security[area], ...cors(origin, method) });
}

/** Uses the id of the client if it is harmless, so that a request can be followed across services. */
function requestId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.-]{1,128}$/.test(sent) ? sent : randomUUID();
}

/** What every response needs. */
interface ServerContext {
  headersOf: HeadersOf;
  requests: RequestLog;
}

function prepare(
  { headersOf, requests }: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  requests.follow(request, reply);
  void reply.header('x-request-id', request.id);
  void reply.headers(headersOf(areaOf(request), request.headers.origin, request.method));
  // Without a body the type does not matter. Fastify would look for a parser for it.
  if (hasBody(request)) hideBrokenContentType(request.raw);
  else delete request.headers['content-type'];
}

/**
 * Answers CONNECT, for which Node would close the connection without a response. From here on Node neither
 * listens to the socket nor closes it when the service stops.
 */
function refuseTunnel(context: ServerContext, request: IncomingMessage, socket: Socket): void {
  socket.on('error', () => socket.destroy()); // an error without a listener would end the process
  answerBrokenRequest(context, new Error('a tunnel'), socket, request);
  socket.destroySoon(); // after the response, whether or not the client closes its side
}

/**
 * Answers on the socket when Node's parser failed or the client was too slow.
 *
 * @param request undefined when Node's parser has not read its headers
 */
function answerBrokenRequest(
  { headersOf, requests }: ServerContext,
  error: Error & { code?: string; rawPacket?: unknown },
  socket: Socket,
  request?: Pick<IncomingMessage, 'headers' | 'url'> & { id?: string },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // Null after an earlier response on the same connection.
  const response = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
  if (response?.headersSent) {
    socket.destroy(error);
    return;
  }
  const known = toAppError(error);
  const problem = known.status === 500 ? malformedRequest('The request is not valid HTTP.') : known;
  // A page of an allowed origin should be able to read the error. Node has not parsed the headers unless
  // the body is broken.
  const parsed = (request ?? response?.req)?.headers.origin;
  const origin =
    parsed ?? (error.rawPacket instanceof Buffer ? originInHead(error.rawPacket) : undefined);
  const id = request?.id ?? randomUUID();
  requests.noteDirect(socket, id, problem.status, Boolean(response));
  const headers = headersOf('api', origin, 'GET');
  socket.end(rawProblemResponse(problem, request?.url ?? '', id, headers));
}
