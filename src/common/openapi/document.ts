import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { API_KEY_SCHEME } from '../security/decorators.js';
import { headerComponents } from './headers.js';
import { completeOperation } from './complete-operation.js';
import { problemComponents } from './problem-responses.js';
import { PublishedWebhooks } from './published-webhooks.js';
import { closeSchema, sizeIntegers } from './schemas.js';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

const DESCRIPTION = `Accounts, users and customers over REST.

1. Register at \`POST /auth/register\`, or use the account that the service was started with.
2. Log in with the form above. The access token is refreshed by itself.
3. Try the other routes. **Authorize** takes any other access token, or an API key.

The examples can be sent as they are, from top to bottom. Every error is a problem document (RFC 9457);
[/docs/errors](/docs/errors) lists the codes.`;

/** Builds the OpenAPI document from the decorators and adds the parts that are common to all routes. */
export function createOpenApiDocument(app: INestApplication, { publicUrl }: Config): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, documentHead(publicUrl), {
    operationIdFactory,
  });
  const { schemas = {}, ...components } = document.components ?? {};
  const problems = problemComponents();
  document.components = {
    ...components,
    ...problems,
    schemas: { ...schemas, ...problems.schemas },
    headers: headerComponents,
  };
  document.webhooks = app.get(PublishedWebhooks).items;
  for (const schema of Object.values(document.components.schemas ?? {})) closeSchema(schema);
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) completeOperation(document, method, operation);
    }
  }
  sizeIntegers(document);
  return document;
}

function documentHead(publicUrl = '/'): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Customer API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(publicUrl)
    .addTag('auth', 'Register, log in, refresh, log out; sessions')
    .addTag('users', 'The accounts that may use the service')
    .addTag('customers', 'Customer records')
    .addTag('events', 'A feed of changes, for keeping a copy up to date')
    .addTag('webhooks', 'Endpoints that receive the changes')
    .addTag('audit', 'Who did what and when')
    .addTag('operations', 'Health, metrics and signing keys, outside /api/v1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'The access token of a person, from POST /auth/login. Tokens are issued and verified according to RFC8725.',
    })
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'cak_...',
        description:
          'The API key of a service account. Each route names the scope that the key needs. API keys ' +
          'cannot call routes without this scheme.',
      },
      API_KEY_SCHEME,
    )
    .build();
}

/** Verbs of an SDK that differ from the name of the handler. */
const VERBS: Readonly<Record<string, string>> = { modify: 'update', remove: 'delete' };

/**
 * Returns the `operationId`, such as `listCustomers` or `createCustomer`: the name of the handler. If that
 * is only a verb, the noun of the controller follows.
 */
function operationIdFactory(controller: string, handler: string): string {
  if (/[A-Z]/.test(handler)) return handler;
  const nouns = controller.replace(/Controller$/, '');
  const noun = handler === 'list' ? nouns : nouns.replace(/s$/, '');
  return `${VERBS[handler] ?? handler}${noun}`;
}
