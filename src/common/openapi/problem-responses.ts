import type { ComponentsObject, ReferenceObject, ResponseObject } from '@nestjs/swagger';
import { catalogue, type ErrorCode, FIELD_ERROR_CODES } from '../errors/catalogue.js';
import { PROBLEM_MEDIA_TYPE } from '../errors/problem.js';
import { byStatus } from './operation.js';

/** What any route may answer, whatever it is for; the `default` response of each. */
const EVERYWHERE: readonly ErrorCode[] = [
  'method_not_allowed',
  'request_timeout',
  'payload_too_large', // a body that nothing asked for is read and refused like any other
  'uri_too_long',
  'unsupported_media_type',
  'headers_too_large',
  'internal_error',
];

/** The error responses of a route, by status. */
export function problemResponses(
  codes: readonly ErrorCode[],
): Record<string, ResponseObject | ReferenceObject> {
  const responses = [...byStatus(codes)].map(
    ([status, ofStatus]) => [status, problemResponse(ofStatus, headersOf(status))] as const,
  );
  return {
    ...Object.fromEntries(responses),
    default: { $ref: '#/components/responses/Default' },
  };
}

/** What the error responses refer to, so that nothing is said twice. */
export const problemComponents = {
  schemas: {
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
        errors: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: { $ref: '#/components/schemas/FieldError' },
        },
      },
    },
    FieldError: {
      type: 'object',
      description: 'Exactly one of pointer, parameter and header says where the value came from.',
      required: ['code', 'detail'],
      oneOf: [{ required: ['pointer'] }, { required: ['parameter'] }, { required: ['header'] }],
      properties: {
        pointer: { type: 'string', format: 'json-pointer', description: 'Into the body.' },
        parameter: { type: 'string' },
        header: { type: 'string' },
        code: { type: 'string', enum: [...FIELD_ERROR_CODES] },
        detail: { type: 'string' },
      },
    },
  },
  examples: Object.fromEntries(
    (Object.keys(catalogue) as ErrorCode[]).map((code) => [code, { value: problemExample(code) }]),
  ),
  headers: {
    'X-Request-Id': {
      description: 'As sent, or made by the service; also on every line of its log.',
      required: true,
      schema: { type: 'string', example: '0f8fad5b-d9cb-469f-a165-70867728950e' },
    },
    RateLimit: {
      description: 'What is left of the limit, and the seconds until it is whole again.',
      schema: { type: 'string', example: '"read";r=599;t=60' },
    },
    'RateLimit-Policy': {
      description: 'The limit that the request counted for: quota and window in seconds.',
      schema: { type: 'string', example: '"read";q=600;w=60' },
    },
    'WWW-Authenticate': {
      description: '`Bearer`, with `error="invalid_token"` when a token was sent (RFC 6750).',
      required: true,
      schema: { type: 'string', example: 'Bearer error="invalid_token"' },
    },
    'Retry-After': {
      description: 'Seconds after which another try makes sense.',
      required: true,
      schema: { type: 'string', pattern: '^[0-9]+$', example: '2' },
    },
  },
  responses: { Default: problemResponse(EVERYWHERE) },
} satisfies ComponentsObject;

function problemResponse(
  codes: readonly ErrorCode[],
  headers: readonly string[] = [],
): ResponseObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].meaning}`).join('\n\n'),
    headers: { ...references('headers', headers), ...commonHeaders() },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: references('examples', codes),
      },
    },
  };
}

/** What stands in every answer; the limits where there are any. */
export function commonHeaders() {
  return references('headers', ['X-Request-Id', 'RateLimit', 'RateLimit-Policy']);
}

function headersOf(status: number): string[] {
  if (status === 401) return ['WWW-Authenticate'];
  return status === 429 || status === 503 ? ['Retry-After'] : [];
}

function references(kind: keyof ComponentsObject, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/${kind}/${name}` }]));
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
