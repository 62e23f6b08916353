/** Why a field can be refused. Clients branch on these codes, so they never change. */
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

/** Every error of the service. `/docs/errors` shows this table. */
export const catalogue = {
  malformed_request: entry(
    400,
    'Malformed request',
    'The request cannot be read: invalid JSON or UTF-8, a repeated key or header, or too many levels.',
    'Send one valid JSON document in UTF-8, and each header once.',
  ),
  validation_failed: entry(
    400,
    'Validation failed',
    'Fields or parameters are missing, unknown or invalid. `errors` lists up to twenty of them.',
    'Correct each listed field. Its `pointer`, `parameter` or `header` says where it is.',
  ),
  invalid_code: entry(
    400,
    'Invalid code',
    'The code is wrong, expired, already used, or replaced by a newer one.',
    'Request a new one with POST /api/v1/auth/activation/resend.',
  ),
  invalid_reset_token: entry(
    400,
    'Invalid reset token',
    'The token is wrong, expired, already used, or replaced by a newer one.',
    'Request a new one with POST /api/v1/auth/password/forgot.',
  ),
  unauthenticated: entry(
    401,
    'Authentication required',
    'This route requires a token, and none was sent.',
    'Log in with POST /api/v1/auth/login and send the access token: Authorization: Bearer <token>.',
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
    'The name or the password is wrong.',
    'Check the name and the password.',
  ),
  refresh_token_reused: entry(
    401,
    'Refresh token reused',
    'The refresh token was used again after its successor. The session was revoked for safety.',
    'Log in again. If the client has no bug, the token was copied.',
  ),
  reauthentication_required: entry(
    401,
    'Reauthentication required',
    'The request needs a log-in or a step-up of the last 10 minutes.',
    'Send POST /api/v1/auth/step-up, then the request again.',
  ),
  forbidden: entry(
    403,
    'Forbidden',
    'The account does not have the required permission.',
    'Ask an admin for a role with the permission.',
  ),
  person_required: entry(
    403,
    'Person required',
    'No API key may do this, whatever its scopes are.',
    'Log in as a person with POST /api/v1/auth/login and send the access token.',
  ),
  account_not_active: entry(
    403,
    'Account not active',
    'The password is correct, but the account is pending or disabled.',
    'Activate the account, or ask an admin.',
  ),
  role_not_permitted: entry(
    403,
    'Role not permitted',
    'Only an admin can assign this role.',
    'Omit `role`, or ask an admin to set it.',
  ),
  registration_closed: entry(
    403,
    'Registration closed',
    'Registration is not open to the public on this service.',
    'Ask an admin for an account.',
  ),
  password_incorrect: entry(
    403,
    'Password incorrect',
    'The current password of the account is missing or wrong.',
    'Send the current password.',
  ),
  not_found: entry(
    404,
    'Not found',
    'The requested resource does not exist.',
    'Check the path and the id.',
  ),
  method_not_allowed: entry(
    405,
    'Method not allowed',
    'The path exists, but it does not support this method.',
    'Use one of the methods in the Allow header.',
  ),
  request_timeout: entry(
    408,
    'Request timeout',
    'The request was not received in time.',
    'Send it again without pauses.',
  ),
  username_taken: entry(
    409,
    'Username taken',
    'Another account has this username.',
    'Choose another username.',
  ),
  email_taken: entry(
    409,
    'E-mail taken',
    'Another account or customer has this e-mail.',
    'Use another e-mail.',
  ),
  mobile_taken: entry(
    409,
    'Mobile taken',
    'Another account has this mobile number.',
    'Use another number.',
  ),
  external_id_taken: entry(
    409,
    'External id taken',
    'Another customer has this external_id.',
    'Use another id, or update that customer.',
  ),
  last_admin: entry(
    409,
    'Last admin',
    'This is the last active admin of the service.',
    'Make another account an admin first.',
  ),
  service_account: entry(
    409,
    'Service account',
    'This is a service account: it has no password and gets no messages.',
    'Create an API key for it with POST /api/v1/users/{id}/keys.',
  ),
  account_disabled: entry(
    409,
    'Account disabled',
    'The service account is disabled, so it can get no API keys.',
    'Set its status to active first.',
  ),
  key_limit: entry(
    409,
    'Key limit',
    'The service account has 10 active API keys already.',
    'Revoke a key that is no longer used.',
  ),
  idempotency_in_progress: entry(
    409,
    'Request in progress',
    'The first request with this Idempotency-Key has not finished yet.',
    'Retry with the same key after a moment.',
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
    'The import has already ended, so it cannot be cancelled.',
    'Read the import to see its result.',
  ),
  webhook_limit: entry(
    409,
    'Webhook limit',
    'The service has as many webhooks as it may have.',
    'Delete a webhook that is not needed.',
  ),
  events_gone: entry(
    409,
    'Events gone',
    'Events after the position of this webhook may no longer be kept, or the database was restored.',
    'Delete the webhook and create a new one. Then export everything once.',
  ),
  not_failed: entry(
    409,
    'Not failed',
    'Only a failed delivery can be retried. This one is pending or has succeeded.',
    'Read the delivery to see its state.',
  ),
  cursor_expired: entry(
    410,
    'Cursor expired',
    'Changes after this cursor may no longer be kept, or the database was restored from a backup.',
    'Read /events?from=now, export everything again, then follow the new cursor.',
  ),
  precondition_failed: entry(
    412,
    'Precondition failed',
    'The resource has changed since it was read.',
    'Read it again, apply your change, and send the new ETag in If-Match.',
  ),
  payload_too_large: entry(
    413,
    'Payload too large',
    'The body is larger than this route accepts.',
    'Send a smaller body.',
  ),
  uri_too_long: entry(414, 'URI too long', 'The URL is longer than 4 KiB.', 'Shorten the query.'),
  unsupported_media_type: entry(
    415,
    'Unsupported media type',
    'The body is not JSON in UTF-8.',
    'Send Content-Type: application/json.',
  ),
  idempotency_key_reused: entry(
    422,
    'Idempotency key reused',
    'This Idempotency-Key was used before for a different request.',
    'Use a new key for each new request, and the same key only for a retry.',
  ),
  precondition_required: entry(
    428,
    'Precondition required',
    'This service requires If-Match on every update and deletion.',
    'Read the resource and send its ETag in If-Match.',
  ),
  rate_limited: entry(
    429,
    'Too many requests',
    'The limit in RateLimit-Policy is exhausted, or too many log-ins have failed.',
    'Wait as many seconds as Retry-After says.',
  ),
  headers_too_large: entry(
    431,
    'Headers too large',
    'The headers are larger than 16 KiB or have more than 100 lines.',
    'Send fewer or shorter headers.',
  ),
  internal_error: entry(
    500,
    'Internal error',
    'The service failed. Its log has the details under the request id.',
    'Report the `request_id` to the operator.',
  ),
  unavailable: entry(
    503,
    'Service unavailable',
    'The service or its database is temporarily unavailable.',
    'Retry after as many seconds as Retry-After says.',
  ),
  messages_unavailable: entry(
    503,
    'Messages unavailable',
    'This service is not configured to send such a message.',
    'Ask an admin for help.',
  ),
  encryption_unavailable: entry(
    503,
    'Encryption unavailable',
    'This service has no key, or not the right one, for the secrets that this route stores.',
    'Ask the operator to set ENCRYPTION_KEYS.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
