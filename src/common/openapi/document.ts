import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  type OpenAPIObject,
  type OperationObject,
  type ParameterObject,
  type ReferenceObject,
  type ResponseObject,
  type SchemaObject,
  SwaggerModule,
} from '@nestjs/swagger';
import type { ErrorCode } from '../errors/catalogue.js';
import { MERGE_PATCH } from '../http/json-body.js';
import { commonHeaders, problemComponents, problemResponses } from './problem-responses.js';
import { ERROR_CODES_EXTENSION } from './operation.js';

type OpenApiOperation = OperationObject & {
  'x-permission'?: string;
  [ERROR_CODES_EXTENSION]?: ErrorCode[];
};
type Parameter = ParameterObject | ReferenceObject;
type Response = ResponseObject | ReferenceObject | undefined;
type Schema = SchemaObject | ReferenceObject;
type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

const METHODS: readonly Method[] = ['get', 'put', 'post', 'patch', 'delete'];

const DESCRIPTION = `Accounts, users and customers over REST.

1. Register at \`POST /auth/register\`, or take the account that the service was started with.
2. Log in at \`POST /auth/login\` and copy the \`access_token\`.
3. Press **Authorize**, paste it, and try the other routes. It works for ten minutes.

The examples can be sent as they are, from top to bottom. Every error is a problem document (RFC 9457);
the codes stand at [/docs/errors](/docs/errors).`;

/** The OpenAPI document: what the decorators say, completed by what holds for every route. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Customer API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('auth', 'Accounts: register, log in, refresh, log out, sessions')
    .addTag('users', 'Who may use the service')
    .addTag('customers', 'Whom the service is about')
    .addTag('audit', 'Who did what and when')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      controller.replace(/Controller$/, '').toLowerCase() + capitalize(method),
  });
  const { schemas, ...components } = document.components ?? {};
  document.components = {
    ...components,
    ...problemComponents,
    schemas: { ...schemas, ...problemComponents.schemas },
    headers: { ...HEADERS, ...problemComponents.headers },
  };
  for (const schema of Object.values(document.components.schemas ?? {})) close(schema);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) completeOperation(document, path, method, operation);
    }
  }
  return document;
}

/** What a schema does not name is refused in a request and never sent in an answer. */
function close(schema: Schema): void {
  if ('properties' in schema && schema.properties) schema.additionalProperties = false;
}

function completeOperation(
  document: OpenAPIObject,
  path: string,
  method: Method,
  operation: OpenApiOperation,
): void {
  operation.security ??= [];
  operation.parameters = [
    ...pathParameters(path),
    ...(operation.parameters ?? []).map(asParameter),
  ];
  for (const status of ['200', '201', '202', '204']) {
    const response = operation.responses[status];
    if (response && !('$ref' in response)) addHeaders(response, schemaOf(document, response));
  }
  if (method === 'patch') offerMergePatch(operation);
  const isVersioned = hasProperty(schemaOf(document, operation.responses['200']), 'version');
  if (isVersioned && method === 'get') addConditionalRead(operation);
  const isChange = /\/(users|customers)\/\{id\}$/.test(path) && method !== 'get';
  if (isChange) operation.parameters.push(IF_MATCH);
  const codes = [...commonCodes(operation), ...(operation[ERROR_CODES_EXTENSION] ?? [])];
  Object.assign(operation.responses, problemResponses(codes));
  delete operation[ERROR_CODES_EXTENSION];
}

/** What follows from a route's input and access. */
function commonCodes(operation: OpenApiOperation): ErrorCode[] {
  const codes: ErrorCode[] = [
    'malformed_request',
    'validation_failed',
    'rate_limited',
    'unavailable',
  ];
  const { parameters = [], security = [], requestBody } = operation;
  if (requestBody) codes.push('payload_too_large', 'unsupported_media_type');
  if (security.length > 0) codes.push('unauthenticated', 'invalid_token');
  if (/self|:/.test(operation['x-permission'] ?? '')) codes.push('forbidden');
  if (parameters.includes(IF_MATCH)) codes.push('precondition_failed', 'precondition_required');
  return codes;
}

const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the object as it was read: 412 when it has changed since.',
  schema: { type: 'string' },
};

const IF_NONE_MATCH: Parameter = {
  ...IF_MATCH,
  name: 'If-None-Match',
  description: 'The ETag of a copy: 304 when it is still the newest.',
};

const HEADERS = {
  ETag: {
    description: 'For If-Match and If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9]+"$', example: '"1"' },
  },
  Link: {
    description: 'The next page, RFC 8288; missing on the last one.',
    schema: { type: 'string', example: '</api/v1/customers?cursor=...>; rel="next"' },
  },
};
const ETAG = { $ref: '#/components/headers/ETag' };
const LINK = { $ref: '#/components/headers/Link' };

function addConditionalRead(operation: OpenApiOperation): void {
  operation.parameters?.push(IF_NONE_MATCH);
  const headers = { ETag: ETAG, ...commonHeaders() };
  operation.responses['304'] = { description: 'Not modified.', headers };
}

/** The common ones, and what `addResponseHeaders` adds. */
function addHeaders(response: ResponseObject, schema: Schema | undefined): void {
  response.headers = {
    ...response.headers,
    ...(hasProperty(schema, 'version') && { ETag: ETAG }),
    ...(hasProperty(schema, 'page') && { Link: LINK }),
    ...commonHeaders(),
  };
}

/** RFC 7396 has a media type of its own, for the same body. */
function offerMergePatch({ requestBody }: OpenApiOperation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const { schema } = requestBody.content['application/json'] ?? {};
  requestBody.content[MERGE_PATCH] = { schema };
}

function schemaOf(document: OpenAPIObject, response: Response): Schema | undefined {
  const schema =
    response && 'content' in response && response.content?.['application/json']?.schema;
  if (!schema || !('$ref' in schema)) return undefined;
  return document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function hasProperty(schema: Schema | undefined, name: string): boolean {
  return schema !== undefined && 'properties' in schema && name in (schema.properties ?? {});
}

/**
 * A parameter may be missing, but null is for JSON. And it has no example: Swagger UI would send it,
 * so that a list would be filtered by what nobody has asked for.
 */
function asParameter(parameter: Parameter): Parameter {
  if ('$ref' in parameter || !parameter.schema || '$ref' in parameter.schema) return parameter;
  const { type, enum: values, example: _, ...schema } = parameter.schema;
  return {
    ...parameter,
    schema: {
      type: [type].flat().find((name) => name !== 'null'),
      ...schema,
      ...(values && { enum: values.filter((value) => value !== null) }),
    },
  };
}

function pathParameters(path: string): Parameter[] {
  if (!path.includes('{id}')) return [];
  const isUser = path.includes('/users/');
  return [
    {
      name: 'id',
      in: 'path',
      required: true,
      description: isUser ? 'A UUID, or `me` for the own account.' : 'A UUID.',
      schema: isUser
        ? { type: 'string', example: 'me' }
        : { type: 'string', format: 'uuid', example: '01890a5d-ac96-774b-bcce-b302099a8057' },
    },
  ];
}
