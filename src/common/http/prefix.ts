/** What every route but those of operations and documentation begins with. */
export const API_PREFIX = 'api/v1';
