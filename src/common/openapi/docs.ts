import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify';
import type { Config } from '../config/config.js';
import { notFound } from '../errors/errors.js';
import { DOCS_SCRIPT, DOCS_STYLE } from './docs-script.js';
import { createOpenApiDocument } from './document.js';
import { errorsPage } from './errors-page.js';

const FILES = '/docs/*';
/** The methods of the page's files. The plugin registers their routes after all others. */
export const DOCS_FILES = new Map([[FILES, new Set(['GET', 'HEAD'])]]);

/** Serves Swagger UI, the document as JSON and YAML, and the error catalogue. */
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
    // The page may be open at an address other than PUBLIC_URL. It sends requests to its own host only.
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

/** The path under which a proxy serves the API. */
function pathOfService({ publicUrl }: Config): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** Headers of a partial request. The plugin for static files would answer with 5xx or 206. */
const PARTIAL = ['range', 'if-range', 'if-match', 'if-unmodified-since'];

/**
 * Accepts only plain file names, because all files of Swagger UI are in one folder. The plugin for
 * static files would answer other paths, such as one with an empty segment or NUL, with 500.
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

/** Redirects /docs/ to /docs. The page refers to its files relative to /docs. */
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

/** Other methods must still get 405. */
function isRead({ method }: Pick<RouteOptions, 'method'>): boolean {
  return [method].flat().includes('GET');
}
