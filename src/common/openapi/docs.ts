import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { Config } from '../config/config.js';
import { notFound } from '../errors/errors.js';
import { createOpenApiDocument } from './document.js';
import { errorsPage } from './errors-page.js';

/** Swagger UI, the document as JSON and YAML, and the error catalogue. */
export function serveDocs(app: INestApplication, server: FastifyInstance, config: Config): void {
  keepFilesSimple(server);
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app, config), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Customer API',
    // The bar holds Swagger's own logo and nothing to use.
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
    },
  });
  server.get('/docs/errors', (_request, reply) => reply.type('text/html').send(errorsPage));
  server.get('/', (_request, reply) => reply.redirect('/docs'));
}

/** The headers of a request for a part of a file, which the plugin for files answers with 5xx or 206. */
const PARTIAL = ['range', 'if-range', 'if-match', 'if-unmodified-since'];

/**
 * Swagger UI is a few files in one folder, so only a plain name can be one of them. The plugin for
 * files would answer other paths, such as one with an empty segment or NUL, with 500.
 */
function keepFilesSimple(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url !== '/docs/*') return;
    const check: onRequestHookHandler = (request, _reply, done) => {
      for (const name of PARTIAL) delete request.headers[name];
      const { '*': file = '' } = request.params as { '*'?: string };
      done(/^\w[\w.-]{0,99}$/.test(file) ? undefined : notFound());
    };
    route.onRequest = check;
  });
}
