import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify';
import type { Config } from '../config/config.js';
import { notFound } from '../errors/errors.js';
import { DOCS_SCRIPT, DOCS_STYLE } from './docs-script.js';
import { createOpenApiDocument } from './document.js';
import { errorsPage } from './errors-page.js';

const FILES = '/docs/*';
/** The methods of the files of the page. Their plugin registers them later than all other routes. */
export const DOCS_FILES = new Map([[FILES, new Set(['GET', 'HEAD'])]]);

/** Swagger UI, the document as JSON and YAML, and the error catalogue. */
export function serveDocs(app: INestApplication, server: FastifyInstance, config: Config): void {
  keepFilesSimple(server);
  leaveOutSlash(server);
  const path = pathOfService(config);
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app, config), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Customer API',
    customCss: DOCS_STYLE,
    customJs: `${path}/docs/assist.js`,
    // The page may be open at another address than PUBLIC_URL, and sends to its own host only.
    patchDocumentOnRequest: (request, _reply, document) =>
      (request as FastifyRequest).routeOptions.url?.endsWith('.js')
        ? { ...document, servers: [{ url: path || '/' }] }
        : document,
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
    },
  });
  server.get('/docs/assist.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(DOCS_SCRIPT),
  );
  server.get('/docs/errors', (_request, reply) => reply.type('text/html').send(errorsPage));
  server.get('/', (_request, reply) => reply.redirect('/docs'));
}

/** The path that a proxy has put the service under. */
function pathOfService({ publicUrl }: Config): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** The headers of a request for a part of a file, which the plugin for files answers with 5xx or 206. */
const PARTIAL = ['range', 'if-range', 'if-match', 'if-unmodified-since'];

/**
 * Swagger UI is a few files in one folder, so only a plain name can be one of them. The plugin for
 * files would answer other paths, such as one with an empty segment or NUL, with 500.
 */
function keepFilesSimple(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url !== FILES || !isRead(route)) return;
    const check: onRequestHookHandler = (request, _reply, done) => {
      for (const name of PARTIAL) delete request.headers[name];
      const { '*': file = '' } = request.params as { '*'?: string };
      done(/^\w[\w.-]{0,99}$/.test(file) ? undefined : notFound());
    };
    route.onRequest = check;
  });
}

/** The page names its files relative to /docs, so at /docs/ it would find none of them. */
function leaveOutSlash(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if ((route.url !== '/docs' && route.url !== '/docs/') || !isRead(route)) return;
    const redirect: onRequestHookHandler = (request, reply, done) => {
      const [, path = '', query = ''] = /^([^?]*)(.*)$/.exec(request.url) ?? [];
      if (!path.endsWith('/')) return done();
      void reply.redirect(`../docs${query}`);
    };
    route.onRequest = redirect;
  });
}

/** The other methods of a path are 405, which no hook may replace. */
function isRead({ method }: Pick<RouteOptions, 'method'>): boolean {
  return [method].flat().includes('GET');
}
