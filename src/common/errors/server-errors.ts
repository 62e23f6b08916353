import { type CatalogueEntry, entry } from './catalogue-entry.js';

/** The errors of the catalogue that concern the service, not the request. */
export const serverErrors = {
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
    'This service does not have the encryption key for the secrets that this route uses.',
    'Ask the operator to set ENCRYPTION_KEYS.',
  ),
} as const satisfies Record<string, CatalogueEntry>;
