import { catalogue, type ErrorCode, type FieldErrorCode } from './catalogue.js';

/** The place of a value: a JSON pointer into the body, a parameter, or a header. */
export type FieldLocation = { pointer: string } | { parameter: string } | { header: string };

export type FieldError = FieldLocation & { code: FieldErrorCode; detail: string };

interface AppErrorOptions {
  detail?: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
  reason?: string;
}

/** An error for the client. {@link ProblemFilter} writes it as a problem document, RFC 9457. */
export class AppError extends Error {
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** For the log and the metrics, never for the client. */
  readonly reason: string | undefined;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    super(options.detail ?? catalogue[code].meaning, { cause: options.cause });
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.reason = options.reason;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}
