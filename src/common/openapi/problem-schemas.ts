import type { ComponentsObject } from '@nestjs/swagger';
import { catalogue, type ErrorCode, FIELD_ERROR_CODES } from '../errors/catalogue.js';

/** The body of every error, RFC 9457. */
export const problemSchemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    example: problemExample('not_found'),
    required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'request_id'],
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'The entry of the code at /docs/errors.',
      },
      title: { type: 'string', description: 'A short title. Each code always has the same title.' },
      status: { type: 'integer', description: 'The HTTP status.' },
      code: {
        type: 'string',
        enum: Object.keys(catalogue),
        description: 'The code of the error. Codes never change.',
      },
      detail: { type: 'string', description: 'What is wrong with this request.' },
      instance: {
        type: 'string',
        format: 'uri-reference',
        description: 'The path of the request.',
      },
      request_id: { type: 'string', description: 'The value of the header X-Request-Id.' },
      errors: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        description:
          'With `validation_failed`: each invalid field. For an atomic batch: the operation that failed.',
        items: { $ref: '#/components/schemas/FieldError' },
      },
    },
  },
  FieldError: {
    type: 'object',
    description: 'Exactly one of pointer, parameter and header locates the value.',
    required: ['code', 'detail'],
    oneOf: [{ required: ['pointer'] }, { required: ['parameter'] }, { required: ['header'] }],
    properties: {
      pointer: {
        type: 'string',
        format: 'json-pointer',
        description: 'A JSON pointer into the body.',
      },
      parameter: { type: 'string', description: 'The name of the query or path parameter.' },
      header: { type: 'string', description: 'The name of the header.' },
      code: {
        type: 'string',
        enum: [...FIELD_ERROR_CODES],
        description: 'The code of the rule that failed. Codes never change.',
      },
      detail: { type: 'string', description: 'The rule, such as `must not be blank`.' },
    },
  },
} satisfies ComponentsObject['schemas'];

export function problemExample(code: ErrorCode) {
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
