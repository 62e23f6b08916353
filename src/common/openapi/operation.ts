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
  /** Default 200, or 204 when nothing is returned. */
  status?: 200 | 201 | 202 | 204;
  returns?: Type<unknown>;
  /** The body of the request by media type, where it is no object of a class. */
  requestBody?: RequestBodyObject;
  /** The body of a success by media type, where it is no object of a class. */
  content?: ResponseObject['content'];
  /** Headers of success that do not follow from the rest. */
  headers?: ResponseObject['headers'];
  /** The collection that gets a new member, such as `/users`: the answer is 201 with `Location`. */
  createsIn?: string;
  /** The same for a route that changes a member, and answers 201 only when it has created one. */
  upsertsIn?: string;
  /** Errors of this route besides those that follow from its access and its parameters. */
  errors?: readonly ErrorCode[];
  /** Bodies that can be sent as they are, by a short description, where that of the DTO cannot. */
  examples?: {
    body: Type<unknown>;
    bodies: Readonly<Record<string, unknown>>;
    /** Whether the request may come without a body. A blank one and `null` count as none. */
    isOptional?: boolean;
  };
}

/** Documents a route, and sets the status of its success. */
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
  204: 'Done; no body.',
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
