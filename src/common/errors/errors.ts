import { AppError, type FieldError } from './app-error.js';

/** The errors that more than one feature throws. */

const MAXIMUM_LISTED = 20;
/** Characters. */
const LONGEST_QUOTE = 100;

export function validationFailed(errors: readonly FieldError[]): AppError {
  const count = errors.length;
  const detail = count === 1 ? '1 field is invalid.' : `${count} fields are invalid.`;
  return new AppError('validation_failed', { detail, errors: errors.slice(0, MAXIMUM_LISTED) });
}

export function malformedRequest(detail: string): AppError {
  return new AppError('malformed_request', { detail });
}

/** RFC 6750 section 3: no error code when no token was sent. */
export function unauthenticated(): AppError {
  return new AppError('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
}

/** @param detail where the usual text, that the resource has changed, is wrong */
export function preconditionFailed(detail?: string): AppError {
  return new AppError('precondition_failed', { detail });
}

/** The same error for every defect of a token, so that it reveals nothing about the cause. */
export function invalidToken(): AppError {
  return new AppError('invalid_token', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}

/** RFC 9470: the token is valid, but the log-in or step-up is too long ago. */
export function reauthenticationRequired(): AppError {
  return new AppError('reauthentication_required', {
    headers: {
      'www-authenticate': 'Bearer error="insufficient_user_authentication", max_age=600',
    },
  });
}

export function forbidden(detail?: string): AppError {
  return new AppError('forbidden', { detail });
}

export function notFound(what?: string): AppError {
  return new AppError('not_found', { detail: what && `There is no such ${what}.` });
}

export function methodNotAllowed(allow: string): AppError {
  return new AppError('method_not_allowed', { headers: { allow } });
}

/**
 * @param received the header as sent
 * @param encodings the accepted encodings, as the end of the sentence
 */
export function unsupportedMediaType(
  received: string,
  accepted: readonly string[],
  encodings = 'in UTF-8',
): AppError {
  const name = quoted(received);
  const sent = name === '' ? 'The Content-Type is missing.' : `The Content-Type is ${name}.`;
  return new AppError('unsupported_media_type', {
    detail: `${sent} This route accepts ${accepted.join(', ')}, ${encodings}.`,
  });
}

/** Names the accepted encoding, RFC 9110 section 12.5.3. @param received the header as sent */
export function unsupportedEncoding(received = ''): AppError {
  return new AppError('unsupported_media_type', {
    detail: `The Content-Encoding is ${quoted(received)}. This route accepts only a body without compression.`,
    headers: { 'accept-encoding': 'identity' },
  });
}

/** A header of the client in a text for the client. */
function quoted(header: string): string {
  return header.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_QUOTE);
}

/** The reason of a 503, for the log and the metrics. */
export type UnavailableReason =
  | 'database' // PostgreSQL does not answer, or refuses connections
  | 'pool' // every connection for requests is in use
  | 'clock' // the clock of this instance was just set, and PostgreSQL's time is not known yet
  | 'busy' // too many expensive operations, such as searches or password hashes
  | 'encryption' // a key of ENCRYPTION_KEYS is missing
  | 'overload' // the event loop is late
  | 'timeout' // the handler took too long
  | 'stopping';

export function unavailable(cause?: unknown, reason: UnavailableReason = 'database'): AppError {
  return new AppError('unavailable', { headers: { 'retry-after': '2' }, cause, reason });
}

/** @param retryAfter seconds */
export function rateLimited(
  retryAfter: number,
  headers: Readonly<Record<string, string>> = {},
  detail?: string,
): AppError {
  return new AppError('rate_limited', {
    detail,
    headers: { ...headers, 'retry-after': String(retryAfter) },
  });
}

/** @param detail what the client can do instead */
export function messagesUnavailable(detail?: string): AppError {
  return new AppError('messages_unavailable', { detail, headers: { 'retry-after': '3600' } });
}

/** @param cause says what is missing, for the log */
export function encryptionUnavailable(cause: Error): AppError {
  return new AppError('encryption_unavailable', {
    headers: { 'retry-after': '3600' },
    cause,
    reason: 'encryption',
  });
}
