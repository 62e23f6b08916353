import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../common/config/config.js';
import { notFound } from '../common/errors/errors.js';
import { matchesNone } from '../common/http/preconditions.js';
import { type PageFile, readPageFiles } from './page-files.js';

/** The page loads its own files and calls its own origin; nothing is inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface ServedFile extends PageFile {
  entityTag: string;
}

/** The default is off in production: who runs the service there decides what it shows. */
export function isConsoleOn({ console, isProduction }: Config): boolean {
  return (console ?? (isProduction ? 'off' : 'on')) === 'on';
}

/**
 * The web console at /console. It is a client of the API like any other: it gets no route, cookie
 * or permission of its own. Other services can serve the same files from their proxy.
 */
export function serveConsole(server: FastifyInstance): void {
  const files = new Map<string, ServedFile>();
  for (const [name, file] of readPageFiles()) files.set(name, tagged(file));
  const page = files.get('index.html');
  const pageBelow = page && withPaths(page);
  server.get('/console', (request, reply) => {
    // Paths in the page are relative, because a proxy may serve it below a path of its own.
    const [path = ''] = request.url.split('?', 1);
    return answer(path.endsWith('/') ? page : pageBelow, request, reply);
  });
  server.get<{ Params: { file: string } }>('/console/:file', (request, reply) =>
    answer(files.get(request.params.file), request, reply),
  );
}

function tagged(file: PageFile): ServedFile {
  const hash = createHash('sha256').update(file.text).digest('base64url');
  return { ...file, entityTag: `"${hash}"` };
}

/** The page for the address without a slash at its end, from which paths begin one level higher. */
function withPaths(page: PageFile): ServedFile {
  return tagged({ ...page, text: page.text.replaceAll('"./', '"./console/') });
}

/** @throws AppError 404 */
function answer(
  file: ServedFile | undefined,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (!file) throw notFound('file');
  void reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', 'no-cache')
    .header('etag', file.entityTag)
    .type(file.type);
  if (matchesNone(headers['if-none-match'], file.entityTag)) void reply.code(304);
  return reply.send(file.text);
}
