import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { fillIn, pathOf } from './area.js';
import { matchesNone, toEntityTag } from './preconditions.js';
import { API_PREFIX } from './prefix.js';
import { routeConfig } from './route-config.js';
import { isPlainObject } from '../validation/plain-object.js';

/** Adds a `Location` to the response of a route that creates a member of this collection. */
export const CreatesIn = (collection: string) => routeConfig({ createsIn: collection });

/** Removes this parameter from the `Link` to the next page, because a cursor replaces it. */
export const CursorReplaces = (parameter: string) => routeConfig({ cursorReplaces: parameter });

/** Adds headers that depend on the body: `ETag` of an object, `Location` of a new one, `Link` of a page. */
export function addResponseHeaders(server: FastifyInstance, config: Config): void {
  const { publicUrl = '' } = config;
  server.addHook('preSerialization', (request, reply, body, done) => {
    if (isPlainObject(body)) addHeaders(body, request, reply, publicUrl);
    done(null, body);
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 304) return done(null, payload);
    void reply.removeHeader('content-type');
    done(null, request.method === 'HEAD' ? payload : null); // Fastify leaves it out for HEAD itself
  });
}

function addHeaders(
  { id, version, page }: Record<string, unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): void {
  const { createsIn } = request.routeOptions.config as { createsIn?: string };
  // An upsert of an existing object answers 200, an accepted import 202.
  if (createsIn && [201, 202].includes(reply.statusCode)) {
    const collection = `/${API_PREFIX}${fillIn(createsIn, request)}`;
    void reply.header('location', `${publicUrl}${collection}/${String(id)}`);
  }
  if (typeof version === 'number') {
    const entityTag = toEntityTag(version);
    void reply.header('etag', entityTag);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && matchesNone(request.headers['if-none-match'], entityTag)) void reply.code(304);
  }
  const next = isPlainObject(page) && page['has_more'] === true ? page['next_cursor'] : undefined;
  if (typeof next === 'string') void reply.header('link', nextLink(request, next, publicUrl));
}

/** RFC 8288. The link is relative without PUBLIC_URL. */
function nextLink(request: FastifyRequest, cursor: string, publicUrl: string): string {
  // Only the first ? begins the query. A later one belongs to a value, RFC 3986 section 3.4.
  const start = request.url.indexOf('?');
  const parameters = new URLSearchParams(start === -1 ? '' : request.url.slice(start));
  const { cursorReplaces } = request.routeOptions.config as { cursorReplaces?: string };
  if (cursorReplaces !== undefined) parameters.delete(cursorReplaces);
  parameters.set('cursor', cursor);
  return `<${publicUrl}${pathOf(request)}?${parameters.toString()}>; rel="next"`;
}
