import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiBody, ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import { CreatesIn } from './response-headers.interceptor.js';

type Examples = NonNullable<OperationOptions['examples']>;

interface OperationOptions {
  summary: string;
  description?: string;
  /** Default 200, or 204 when nothing is returned. */
  status?: 200 | 201 | 202 | 204;
  returns?: Type<unknown>;
  /** The collection that gets a new member, such as `/users`: the answer is 201 with `Location`. */
  createsIn?: string;
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
  const { summary, description, returns, createsIn, errors = [], examples } = options;
  const status = options.status ?? (createsIn ? 201 : returns ? 200 : 204);
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, description }),
    ApiResponse({
      status,
      description: SUCCESS[status],
      type: returns,
      headers: createsIn ? { Location: LOCATION } : undefined,
    }),
    ApiExtension(ERROR_CODES_EXTENSION, errors),
    ...(createsIn ? [CreatesIn(createsIn)] : []),
    ...(examples ? [describeBody(examples)] : []),
  );
}

const SUCCESS = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted.',
  204: 'Done; no body.',
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
