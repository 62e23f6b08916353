/** What a field can be refused for; clients branch on these codes, they never change. */
export const FIELD_ERROR_CODES = [
  'required',
  'unknown_field',
  'type',
  'length',
  'format',
  'date',
  'range',
  'enum',
  'blank',
  'characters',
  'one_of',
  'common_password',
] as const;
export type FieldErrorCode = (typeof FIELD_ERROR_CODES)[number];

interface CatalogueEntry {
  status: number;
  title: string;
  /** What happened, for the client's developer. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
}

const entry = (status: number, title: string, meaning: string, remedy: string): CatalogueEntry => ({
  status,
  title,
  meaning,
  remedy,
});

/** Every error that the service answers with. `/docs/errors` renders this table. */
export const catalogue = {
  malformed_request: entry(
    400,
    'Malformed request',
    'The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.',
    'Send one well-formed JSON document in UTF-8, and each header once.',
  ),
  validation_failed: entry(
    400,
    'Validation failed',
    'Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.',
    'Correct each listed field; its `pointer`, `parameter` or `header` says where it is.',
  ),
  invalid_code: entry(
    400,
    'Invalid code',
    'The code is wrong, too old, used or replaced by a newer one.',
    'Have a new one sent by POST /api/v1/auth/activation/resend.',
  ),
  invalid_reset_token: entry(
    400,
    'Invalid reset token',
    'The token is wrong, too old, used or replaced by a newer one.',
    'Ask for a new one at POST /api/v1/auth/password/forgot.',
  ),
  unauthenticated: entry(
    401,
    'Authentication required',
    'The route needs a token and none was sent.',
    'Log in at POST /api/v1/auth/login and send the access token: Authorization: Bearer <token>.',
  ),
  invalid_token: entry(
    401,
    'Invalid token',
    'The token is malformed, expired, revoked or of the wrong kind.',
    'Refresh the session, or log in again.',
  ),
  invalid_credentials: entry(
    401,
    'Invalid credentials',
    'No account answers to this name with this password.',
    'Check the name and the password.',
  ),
  refresh_token_reused: entry(
    401,
    'Refresh token reused',
    'A refresh token was used again after its successor; the session was ended to be safe.',
    'Log in again. If this was not a bug in the client, somebody has copied a token.',
  ),
  forbidden: entry(
    403,
    'Forbidden',
    'The account may not do this.',
    'Ask an admin for the role that may.',
  ),
  account_not_active: entry(
    403,
    'Account not active',
    'The password was right, but the account is pending or disabled.',
    'Activate the account, or ask an admin.',
  ),
  role_not_permitted: entry(
    403,
    'Role not permitted',
    'Only an admin may give this role.',
    'Leave `role` out, or ask an admin to set it.',
  ),
  registration_closed: entry(
    403,
    'Registration closed',
    'This service does not let strangers register.',
    'Ask an admin for an account.',
  ),
  password_incorrect: entry(
    403,
    'Password incorrect',
    'The present password of the account was missing or wrong.',
    'Send the present password.',
  ),
  not_found: entry(
    404,
    'Not found',
    'Nothing stands at this address.',
    'Check the path and the id.',
  ),
  method_not_allowed: entry(
    405,
    'Method not allowed',
    'The address exists, but not for this method.',
    'Use one of the methods in the Allow header.',
  ),
  request_timeout: entry(
    408,
    'Request timeout',
    'The request did not arrive in time.',
    'Send it again, without pauses.',
  ),
  username_taken: entry(
    409,
    'Username taken',
    'Another account has this username.',
    'Choose another one.',
  ),
  email_taken: entry(409, 'E-mail taken', 'This e-mail is already in use.', 'Use another one.'),
  mobile_taken: entry(409, 'Mobile taken', 'This number is already in use.', 'Use another one.'),
  external_id_taken: entry(
    409,
    'External id taken',
    'Another customer has this external_id.',
    'Use another one, or update that customer.',
  ),
  last_admin: entry(
    409,
    'Last admin',
    'The service would be left without an active admin.',
    'Make another account admin first.',
  ),
  idempotency_in_progress: entry(
    409,
    'Request in progress',
    'A request with this Idempotency-Key is still running.',
    'Send it again, with the same key, after a moment.',
  ),
  not_deleted: entry(
    409,
    'Not deleted',
    'The customer is not deleted, so it cannot be restored.',
    'Nothing needs to be done.',
  ),
  not_running: entry(
    409,
    'Not running',
    'The import has ended and cannot be cancelled any more.',
    'Read it to see how it ended.',
  ),
  precondition_failed: entry(
    412,
    'Precondition failed',
    'The object has changed since it was read.',
    'Read it again, apply the change to it and send its new ETag in If-Match.',
  ),
  payload_too_large: entry(
    413,
    'Payload too large',
    'The body is larger than this route takes.',
    'Send less at once.',
  ),
  uri_too_long: entry(414, 'URI too long', 'The URL exceeds 4 KiB.', 'Shorten the query.'),
  unsupported_media_type: entry(
    415,
    'Unsupported media type',
    'The body is not JSON in UTF-8.',
    'Send Content-Type: application/json.',
  ),
  idempotency_key_reused: entry(
    422,
    'Idempotency key reused',
    'This Idempotency-Key came before with another request.',
    'Take a new key for each new request; only a retry has the same one.',
  ),
  precondition_required: entry(
    428,
    'Precondition required',
    'This service asks for If-Match on every change.',
    'Read the object and send its ETag in If-Match.',
  ),
  rate_limited: entry(
    429,
    'Too many requests',
    'The limit in RateLimit-Policy is used up, or a log-in has failed too often.',
    'Wait for the seconds in Retry-After.',
  ),
  headers_too_large: entry(
    431,
    'Headers too large',
    'The headers exceed 16 KiB or 100 lines.',
    'Send fewer or shorter headers.',
  ),
  internal_error: entry(
    500,
    'Internal error',
    'The service failed; the failure is logged under the request id.',
    'Report the request_id.',
  ),
  unavailable: entry(
    503,
    'Service unavailable',
    'A part that this request needs does not answer just now.',
    'Try again after the seconds in Retry-After.',
  ),
  messages_unavailable: entry(
    503,
    'Messages unavailable',
    'This service has no way to send such a message.',
    'Ask an admin.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
