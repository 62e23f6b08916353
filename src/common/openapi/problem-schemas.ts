import type { ComponentsObject } from '@nestjs/swagger';
import { catalogue, FIELD_ERROR_CODES } from '../errors/catalogue.js';

/** The body of every error, RFC 9457. */
export const problemSchemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'request_id'],
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'The entry of the code at /docs/errors.',
      },
      title: { type: 'string', description: 'The same for each code.' },
      status: { type: 'integer', description: 'The HTTP status.' },
      code: {
        type: 'string',
        enum: Object.keys(catalogue),
        description: 'Names the error. Codes never change.',
      },
      detail: { type: 'string', description: 'What is wrong with this request.' },
      instance: {
        type: 'string',
        format: 'uri-reference',
        description: 'The path of the request.',
      },
      request_id: { type: 'string', description: 'As in the header X-Request-Id.' },
      errors: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        description:
          'Each field that is invalid, with `validation_failed`; the operation that failed, of an atomic batch.',
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
      parameter: { type: 'string', description: 'The name in the query or the path.' },
      header: { type: 'string', description: 'The name of the header.' },
      code: {
        type: 'string',
        enum: [...FIELD_ERROR_CODES],
        description: 'Names the rule that failed. Codes never change.',
      },
      detail: { type: 'string', description: 'The rule, such as `must not be blank`.' },
    },
  },
} satisfies ComponentsObject['schemas'];
