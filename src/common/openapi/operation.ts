import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  type RequestBodyObject,
  type ResponseObject,
} from '@nestjs/swagger';
import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import { IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED } from '../idempotency/idempotency-key.js';
import { CreatesIn } from '../http/response-headers.js';

type Examples = NonNullable<OperationOptions['examples']>;

interface OperationOptions {
  summary: string;
  description?: string;
  /** Default 200, or 204 when nothing is returned. */
  status?: 200 | 201 | 202 | 204;
  returns?: Type<unknown>;
  /** The body by media type, where it is no object of a class. */
  requestBody?: RequestBodyObject;
  /** What is returned, by media type, where it is no object of a class. */
  content?: ResponseObject['content'];
  /** Headers of success that do not follow from the rest. */
  headers?: ResponseObject['headers'];
  /** The collection that gets a new member, such as `/users`: the answer is 201 with `Location`. */
  createsIn?: string;
  /** The route takes an `Idempotency-Key`, by the parameter decorator Idempotent. */
  isIdempotent?: boolean;
  /** Errors of this route besides those that follow from its access and its input. */
  errors?: readonly ErrorCode[];
  /** Bodies that can be sent as they are, by a short description, where that of the DTO cannot. */
  examples?: {
    body: Type<unknown>;
    bodies: Readonly<Record<string, unknown>>;
    /** Whether the request may come without a body. */
    isOptional?: boolean;
  };
}

export const ERROR_CODES_EXTENSION = 'x-error-codes';

/** Everything that the OpenAPI document says of a route, and the status that it answers with. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, returns, createsIn, isIdempotent, examples } = options;
  const errors = [...(options.errors ?? []), ...(isIdempotent ? IDEMPOTENCY_ERRORS : [])];
  const { content, headers, requestBody } = options;
  const hasBody = returns !== undefined || content !== undefined;
  const status = options.status ?? (createsIn ? 201 : hasBody ? 200 : 204);
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, description, ...(requestBody && { requestBody }) }),
    ApiResponse({
      status,
      description: SUCCESS[status],
      type: returns,
      ...(content && { content }),
      headers: {
        ...headers,
        ...(createsIn && { Location: LOCATION }),
        ...(isIdempotent && { [IDEMPOTENCY_REPLAYED]: REPLAYED }),
      },
    }),
    ApiExtension(ERROR_CODES_EXTENSION, errors),
    ...(createsIn ? [CreatesIn(createsIn)] : []),
    ...(isIdempotent ? [ApiHeader(KEY)] : []),
    ...(examples ? [describeBody(examples)] : []),
  );
}

const SUCCESS = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted.',
  204: 'Done; no body.',
} as const;

const IDEMPOTENCY_ERRORS = ['idempotency_in_progress', 'idempotency_key_reused'] as const;

const KEY = {
  name: IDEMPOTENCY_KEY,
  required: false,
  description:
    'Makes it safe to send the request again: for 24 hours the same key gets the same answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
} as const;

const REPLAYED = {
  description: 'The answer is that of an earlier request with the same Idempotency-Key.',
  schema: { type: 'string', pattern: '^true$' },
} as const;

const LOCATION = {
  description: 'Where the new object stands.',
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

/** The codes of a list grouped by status, in the order of the catalogue. */
export function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const [code, { status }] of Object.entries(catalogue)) {
    if (!codes.includes(code as ErrorCode)) continue;
    groups.set(status, [...(groups.get(status) ?? []), code as ErrorCode]);
  }
  return groups;
}
