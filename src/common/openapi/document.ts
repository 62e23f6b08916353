import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { headerComponents } from './headers.js';
import { completeOperation } from './complete-operation.js';
import { problemComponents } from './problem-responses.js';
import { closeSchema } from './schemas.js';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

const DESCRIPTION = `Accounts, users and customers over REST.

1. Register at \`POST /auth/register\`, or use the account that the service was started with.
2. Log in at \`POST /auth/login\` and copy the \`access_token\`.
3. Press **Authorize**, paste it, and try the other routes. It works for ten minutes.

The examples can be sent as they are, from top to bottom. Every error is a problem document (RFC 9457);
[/docs/errors](/docs/errors) lists the codes.`;

/** The OpenAPI document: what the decorators say, completed by what holds for every route. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, documentHead(), { operationIdFactory });
  const { schemas = {}, ...components } = document.components ?? {};
  document.components = {
    ...components,
    ...problemComponents,
    schemas: { ...schemas, ...problemComponents.schemas },
    headers: headerComponents,
  };
  for (const schema of Object.values(document.components.schemas ?? {})) closeSchema(schema);
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) completeOperation(document, method, operation);
    }
  }
  return document;
}

function documentHead(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Customer API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('auth', 'Register, log in, refresh, log out; sessions')
    .addTag('users', 'The accounts that may use the service')
    .addTag('customers', 'The customers that the service keeps')
    .addTag('audit', 'Who did what and when')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
}

function operationIdFactory(controller: string, method: string): string {
  const subject = controller.replace(/Controller$/, '').toLowerCase();
  return subject + method.charAt(0).toUpperCase() + method.slice(1);
}
