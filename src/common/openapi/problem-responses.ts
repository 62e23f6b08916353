import type { ComponentsObject, ReferenceObject, ResponseObject } from '@nestjs/swagger';
import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import { PROBLEM_MEDIA_TYPE } from '../errors/problem.js';
import { commonHeaders, headers } from './headers.js';
import { problemExample, problemSchemas } from './problem-schemas.js';

export type Responses = Record<string, ResponseObject | ReferenceObject>;

/** The errors that any route can return, as the `default` response of each route. */
const EVERYWHERE: readonly ErrorCode[] = [
  'method_not_allowed',
  'request_timeout',
  'payload_too_large', // also where no body is expected: it is read and refused like any other
  'uri_too_long',
  'unsupported_media_type',
  'headers_too_large',
  'internal_error',
];

/**
 * Returns the error responses of a route, by status. Routes with the same set of codes refer to the same
 * component.
 *
 * @param components the components of the document; missing responses are added to them
 */
export function problemResponses(components: Responses, codes: readonly ErrorCode[]): Responses {
  const responses = [...byStatus(codes)].map(([status, ofStatus]) => {
    const name = ofStatus.map(pascalCase).join('Or');
    components[name] ??= problemResponse(ofStatus, headersOf(status));
    return [status, { $ref: `#/components/responses/${name}` }] as const;
  });
  return {
    ...Object.fromEntries(responses),
    default: { $ref: '#/components/responses/Default' },
  };
}

/** The components for error responses. */
export function problemComponents() {
  return {
    schemas: problemSchemas,
    examples: Object.fromEntries(
      (Object.keys(catalogue) as ErrorCode[]).map((code) => [
        code,
        { value: problemExample(code) },
      ]),
    ),
    responses: { Default: problemResponse(EVERYWHERE, headers('Allow', 'Accept-Encoding')) },
  } satisfies ComponentsObject;
}

function pascalCase(code: string): string {
  return code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function problemResponse(
  codes: readonly ErrorCode[],
  ownHeaders: Record<string, ReferenceObject> = {},
): ResponseObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].meaning}`).join('\n\n'),
    headers: { ...ownHeaders, ...commonHeaders() },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function headersOf(status: number): Record<string, ReferenceObject> {
  if (status === 401) return headers('WWW-Authenticate');
  if (status === 415) return headers('Accept-Encoding');
  return status === 429 || status === 503 ? headers('Retry-After') : {};
}

/** Groups the codes by status, in the order of the catalogue. */
function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const [code, { status }] of Object.entries(catalogue)) {
    if (!codes.includes(code as ErrorCode)) continue;
    groups.set(status, [...(groups.get(status) ?? []), code as ErrorCode]);
  }
  return groups;
}
