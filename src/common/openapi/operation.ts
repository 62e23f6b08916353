import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiOperation,
  ApiResponse,
  type RequestBodyObject,
  type ResponseObject,
} from '@nestjs/swagger';
import type { ErrorCode } from '../errors/catalogue.js';
import { CreatesIn } from '../http/response-headers.js';
import { Errors } from './documented.js';

type Examples = NonNullable<OperationOptions['examples']>;

interface OperationOptions {
  summary: string;
  description?: string;
  /** Default 200, or 204 without a response body. */
  status?: 200 | 201 | 202 | 204;
  returns?: Type<unknown>;
  /** The request body by media type, if it is not an object of a DTO class. */
  requestBody?: RequestBodyObject;
  /** The body of a successful response by media type, if it is not an object of a DTO class. */
  content?: ResponseObject['content'];
  /** Headers of a successful response that no other decorator documents. */
  headers?: ResponseObject['headers'];
  /** The collection that gets a member, such as `/users/:id/keys`. The status is 201, with `Location`. */
  createsIn?: string;
  /** The collection of a route that changes a member, or creates it and then returns 201. */
  upsertsIn?: string;
  /** Errors that the decorators for access and parameters do not document. */
  errors?: readonly ErrorCode[];
  /** Valid example bodies, by a short description, if the example of the DTO is not valid. */
  examples?: {
    body: Type<unknown>;
    bodies: Readonly<Record<string, unknown>>;
    /** Whether the body is optional. A blank body and `null` count as no body. */
    isOptional?: boolean;
  };
}

/** Documents a route and sets the status of its successful response. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, returns, createsIn, upsertsIn, examples, errors = [] } = options;
  const { content, headers, requestBody } = options;
  const status = options.status ?? usualStatus(options);
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, description, ...(requestBody && { requestBody }) }),
    ApiResponse({
      status,
      description: SUCCESS[status],
      type: returns,
      ...(content && { content }),
      headers: { ...headers, ...(createsIn && { Location: LOCATION }) },
    }),
    Errors(errors),
    ...(createsIn ? [CreatesIn(createsIn)] : []),
    ...(upsertsIn ? [CreatesIn(upsertsIn), createdResponse(returns)] : []),
    ...(examples ? [describeBody(examples)] : []),
  );
}

function usualStatus({ createsIn, returns, content }: OperationOptions): 200 | 201 | 204 {
  if (createsIn) return 201;
  return returns !== undefined || content !== undefined ? 200 : 204;
}

function createdResponse(type: Type<unknown> | undefined): MethodDecorator {
  const description = SUCCESS[201];
  return ApiResponse({ status: 201, description, type, headers: { Location: LOCATION } });
}

const SUCCESS = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted.',
  204: 'Done, without a response body.',
} as const;

const LOCATION = {
  description: 'The address of the new object.',
  schema: { type: 'string', format: 'uri-reference' },
} as const;

function describeBody({ body, bodies, isOptional = false }: Examples): MethodDecorator {
  const examples = Object.entries(bodies).map(([name, value]) => [name, { value }] as const);
  return ApiBody({
    type: body,
    required: !isOptional,
    examples: Object.fromEntries(examples),
  });
}
