import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { catalogue, type ErrorCode, FIELD_ERROR_CODES } from '../errors/catalogue.js';
import { PROBLEM_MEDIA_TYPE } from '../errors/problem.js';
import { byStatus, ERROR_CODES_EXTENSION } from './operation.js';

type PathItem = OpenAPIObject['paths'][string];
type OpenApiOperation = NonNullable<PathItem['get']> & {
  'x-permission'?: string;
  [ERROR_CODES_EXTENSION]?: ErrorCode[];
};
type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

const METHODS: readonly Method[] = ['get', 'put', 'post', 'patch', 'delete'];

const DESCRIPTION = `Accounts, users and customers over REST.

1. Register at \`POST /auth/register\`, or take the account that the service was started with.
2. Log in at \`POST /auth/login\`, copy the \`access_token\`.
3. Press **Authorize**, paste it, and try the other routes.

Every error is a problem document (RFC 9457); the codes stand at [/docs/errors](/docs/errors).`;

/** The OpenAPI document: what the decorators say, completed by what holds for every route. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Customer API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('auth', 'Accounts: register, log in, refresh, log out, sessions')
    .addTag('users', 'Who may use the service')
    .addTag('customers', 'Whom the service is about')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  document.components = { ...document.components };
  document.components.schemas = { ...document.components.schemas, ...PROBLEM_SCHEMAS };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) completeOperation(document, path, method, operation);
    }
  }
  return document;
}

function completeOperation(
  document: OpenAPIObject,
  path: string,
  method: Method,
  operation: OpenApiOperation,
): void {
  operation.parameters = [...pathParameters(path), ...(operation.parameters ?? [])];
  const isVersioned = hasVersion(document, operation);
  if (isVersioned && method === 'get') addConditionalRead(operation);
  const isChange = path.endsWith('{id}') && method !== 'get';
  if (isChange && !path.includes('sessions')) operation.parameters.push(IF_MATCH);
  const codes = [...commonCodes(operation), ...declaredCodes(operation)];
  for (const [status, ofStatus] of byStatus(codes)) {
    operation.responses[String(status)] = problemResponse(ofStatus);
  }
  operation.responses['default'] = {
    description: 'Any other error.',
    content: { [PROBLEM_MEDIA_TYPE]: { schema: PROBLEM_REFERENCE } },
  };
}

/** What follows from a route's input and access. */
function commonCodes(operation: OpenApiOperation): ErrorCode[] {
  const codes: ErrorCode[] = ['malformed_request', 'unavailable'];
  const parameters = operation.parameters ?? [];
  if (parameters.length > 0 || operation.requestBody) codes.push('validation_failed');
  if (operation.requestBody) codes.push('payload_too_large', 'unsupported_media_type');
  if (operation.security) codes.push('unauthenticated', 'invalid_token');
  if (/self|:/.test(operation['x-permission'] ?? '')) codes.push('forbidden');
  if (parameters.includes(IF_MATCH)) codes.push('precondition_failed', 'precondition_required');
  return codes;
}

function declaredCodes(operation: OpenApiOperation): ErrorCode[] {
  return operation[ERROR_CODES_EXTENSION] ?? [];
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the object as it was read: 412 when it has changed since.',
  schema: { type: 'string' },
} as const;

const IF_NONE_MATCH = {
  ...IF_MATCH,
  name: 'If-None-Match',
  description: 'The ETag of a copy: 304 when it is still the newest.',
} as const;

const ENTITY_TAG = {
  description: 'For If-Match and If-None-Match.',
  schema: { type: 'string', example: '"1"' },
} as const;

function addConditionalRead(operation: OpenApiOperation): void {
  operation.parameters = [...(operation.parameters ?? []), IF_NONE_MATCH];
  operation.responses['304'] = { description: 'Not modified.', headers: { ETag: ENTITY_TAG } };
}

/** Adds the ETag to a successful answer that is one versioned object, and tells whether it is one. */
function hasVersion(document: OpenAPIObject, operation: OpenApiOperation): boolean {
  for (const status of ['200', '201']) {
    const response = operation.responses[status];
    const schema =
      response && 'content' in response && response.content?.['application/json']?.schema;
    if (!schema || !('$ref' in schema)) continue;
    const name = schema.$ref.split('/').at(-1) ?? '';
    const target = document.components?.schemas?.[name];
    if (!target || !('properties' in target) || !target.properties?.['version']) continue;
    response.headers = { ...response.headers, ETag: ENTITY_TAG };
    return true;
  }
  return false;
}

function pathParameters(path: string) {
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
    } as const,
  ];
}

const PROBLEM_REFERENCE = { $ref: '#/components/schemas/Problem' };

function problemResponse(codes: readonly ErrorCode[]) {
  const examples = codes.map((code) => [code, { value: problemExample(code) }] as const);
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].meaning}`).join('\n\n'),
    content: {
      [PROBLEM_MEDIA_TYPE]: { schema: PROBLEM_REFERENCE, examples: Object.fromEntries(examples) },
    },
  };
}

function problemExample(code: ErrorCode) {
  const { title, status, meaning } = catalogue[code];
  return {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail: meaning,
    instance: '/api/v1/customers',
    request_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
    ...(code === 'validation_failed' && {
      errors: [{ pointer: '/dob', code: 'date', detail: 'must be a calendar date, YYYY-MM-DD' }],
    }),
  };
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const PROBLEM_SCHEMAS: Schemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'request_id'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(catalogue) },
      detail: { type: 'string' },
      instance: { type: 'string', format: 'uri-reference' },
      request_id: { type: 'string' },
      errors: { type: 'array', maxItems: 20, items: { $ref: '#/components/schemas/FieldError' } },
    },
  },
  FieldError: {
    type: 'object',
    description: 'Exactly one of pointer, parameter and header says where the value came from.',
    required: ['code', 'detail'],
    properties: {
      pointer: { type: 'string', description: 'RFC 6901, into the body.' },
      parameter: { type: 'string' },
      header: { type: 'string' },
      code: { type: 'string', enum: [...FIELD_ERROR_CODES] },
      detail: { type: 'string' },
    },
  },
};
