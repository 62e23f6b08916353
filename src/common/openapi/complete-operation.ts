import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  ReferenceObject,
  ResponseObject,
} from '@nestjs/swagger';
import type { ErrorCode } from '../errors/catalogue.js';
import { SENT_EXAMPLE } from '../validation/fields.js';
import { MERGE_PATCH } from '../http/json-body.js';
import { takeCallers, takeErrors, takeSuccessHeaders } from './documented.js';
import { commonHeaders, headerComponents, headers } from './headers.js';
import { problemResponses, type Responses } from './problem-responses.js';
import { hasProperty, schemaOf, type Schema } from './schemas.js';

type Parameter = ParameterObject | ReferenceObject;

/** The errors that every route with a handler can return. */
const COMMON_ERRORS = [
  'malformed_request',
  'validation_failed',
  'rate_limited',
  'unavailable',
] as const;

/** Adds the parts that are derived from the method, the body and the response class of a route. */
export function completeOperation(
  document: OpenAPIObject,
  method: string,
  operation: OperationObject,
): void {
  operation.security ??= [];
  const callers = takeCallers(operation);
  operation.description = [callers, operation.description].filter(Boolean).join('\n\n');
  operation.parameters = (operation.parameters ?? []).map(asParameter).sort(byPlace);
  if (method === 'patch') offerMergePatch(operation);
  completeSuccess(document, operation);
  const isVersioned = hasProperty(schemaOf(document, operation.responses['200']), 'version');
  if (isVersioned && method === 'get') addConditionalRead(operation);
  const codes: ErrorCode[] = [...COMMON_ERRORS, ...takeErrors(operation)];
  if (operation.requestBody) codes.push('payload_too_large', 'unsupported_media_type');
  document.components ??= {};
  document.components.responses ??= {};
  addProblems(document.components.responses, operation, codes);
}

/** A route with its own body for an error status can also return a problem with that status. */
function addProblems(
  components: Responses,
  { responses }: OperationObject,
  codes: readonly ErrorCode[],
): void {
  for (const [status, problem] of Object.entries(problemResponses(components, codes))) {
    const own = responses[status];
    const component = '$ref' in problem && components[problem.$ref.split('/').at(-1) ?? ''];
    if (own && 'content' in own && component && 'content' in component) {
      own.content = { ...own.content, ...component.content };
      own.headers = { ...own.headers, ...commonHeaders(), 'Retry-After': RETRY_AFTER };
    } else {
      responses[status] = problem;
    }
  }
}

/** Not required, because only the problem has this property. */
const RETRY_AFTER = { ...headerComponents['Retry-After'], required: false };

function completeSuccess(document: OpenAPIObject, operation: OperationObject): void {
  const own = takeSuccessHeaders(operation);
  for (const status of ['200', '201', '202', '204']) {
    const response = operation.responses[status];
    if (!response || '$ref' in response) continue;
    response.headers = {
      ...response.headers,
      ...own,
      ...headersOf(schemaOf(document, response)),
    };
  }
}

/** Documents the headers that `addResponseHeaders` sets. */
function headersOf(schema: Schema | undefined): ResponseObject['headers'] {
  return {
    ...(hasProperty(schema, 'version') && headers('ETag')),
    ...(hasProperty(schema, 'page') && headers('Link')),
    ...commonHeaders(),
  };
}

function addConditionalRead(operation: OperationObject): void {
  operation.parameters?.push({
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The ETag of your copy. If it is current, the response is 304.',
    schema: { type: 'string' },
  });
  operation.responses['304'] = {
    description: 'Not modified.',
    headers: { ...headers('ETag'), ...commonHeaders() },
  };
}

/** Adds the media type of RFC 7396 for the same body. */
function offerMergePatch({ requestBody }: OperationObject): void {
  if (!requestBody || '$ref' in requestBody) return;
  const { schema } = requestBody.content['application/json'] ?? {};
  requestBody.content[MERGE_PATCH] = { schema };
}

/**
 * Removes `null` from the types of a parameter, because only JSON has null. Also removes the example
 * unless the request would fail without it: Swagger UI sends examples, so that a list would be filtered
 * by them.
 */
function asParameter(parameter: Parameter): Parameter {
  if ('$ref' in parameter || !parameter.schema || '$ref' in parameter.schema) return parameter;
  const { type, enum: values, example, ...schema } = parameter.schema;
  return {
    ...parameter,
    schema: {
      type: [type].flat().find((name) => name !== 'null'),
      ...schema,
      ...(values && { enum: values.filter((value) => value !== null) }),
      ...((parameter.required || SENT_EXAMPLE in parameter) && { example }),
    },
  };
}

const PLACES = ['path', 'query', 'header', 'cookie'];

/** Sorts path parameters first, independent of the order in the handler. */
function byPlace(one: Parameter, other: Parameter): number {
  return placeOf(one) - placeOf(other);
}

function placeOf(parameter: Parameter): number {
  return '$ref' in parameter ? PLACES.length : PLACES.indexOf(parameter.in);
}
