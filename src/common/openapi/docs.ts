import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { createOpenApiDocument } from './document.js';
import { errorsPage } from './errors-page.js';

/** Swagger UI, the document as JSON and YAML, and the error catalogue. */
export function serveDocs(app: INestApplication, server: FastifyInstance): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
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
