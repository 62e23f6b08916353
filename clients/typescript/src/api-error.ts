import type { components } from './schema.js';

/** The body of every error response, RFC 9457. */
export type Problem = components['schemas']['Problem'];

/** An error response. Decide by `code`, which never changes; `detail` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** Undefined when something else than the service answered, such as a proxy. */
    readonly problem: Problem | undefined,
  ) {
    super(problem?.detail ?? `The response has the status ${status}.`);
  }

  get code(): string | undefined {
    return this.problem?.code;
  }
}

/** @returns the data of a response of openapi-fetch. @throws ApiError for any other response */
export function dataOf<T>(result: { data?: T; error?: unknown; response: Response }): T {
  if (result.response.ok) return result.data as T;
  throw new ApiError(result.response.status, asProblem(result.error));
}

function asProblem(body: unknown): Problem | undefined {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body;
  return isProblem ? (body as Problem) : undefined;
}
