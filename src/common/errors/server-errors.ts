import { type CatalogueEntry, entry } from './catalogue-entry.js';

/** The part of the catalogue that is about the service and not about the request. */
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
    'This service has no key, or not the right one, for the secrets that this route stores.',
    'Ask the operator to set ENCRYPTION_KEYS.',
  ),
} as const satisfies Record<string, CatalogueEntry>;
